/** Toasts: a short word on what was done, with the way to take it back. */
import {
  UNSTABLE_Toast as AriaToast,
  Text,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from "react-aria-components/Toast";
import { Button, IconButton } from "./button.tsx";
import { useText } from "./text.ts";

interface ToastMessage {
  readonly message: string;
  readonly undo?: () => void;
}

const queue = new ToastQueue<ToastMessage>({ maxVisibleToasts: 2 });
/** Long enough to read and to reach for "undo". */
const plainMs = 6_000;
const undoMs = 15_000;

export function toast(message: string, undo?: () => void): void {
  queue.add(undo ? { message, undo } : { message }, { timeout: undo ? undoMs : plainMs });
}

export function Toasts() {
  const text = useText();
  return (
    <ToastRegion queue={queue} className="toasts" aria-label={text("toasts")}>
      {({ toast: each }) => (
        <AriaToast toast={each} className="toast">
          <ToastContent className="grow">
            <Text slot="title">{each.content.message}</Text>
          </ToastContent>
          {each.content.undo && (
            <Button
              look="quiet"
              slot={null}
              onPress={() => {
                each.content.undo?.();
                queue.close(each.key);
              }}
            >
              {text("undo")}
            </Button>
          )}
          <IconButton icon="close" slot="close" label={text("close")} />
        </AriaToast>
      )}
    </ToastRegion>
  );
}
