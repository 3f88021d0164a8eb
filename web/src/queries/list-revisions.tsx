/** What a query and its answers said before they were edited: to those who teach all of it, to others what was theirs. */
import { useState } from "react";
import type { QueryThread } from "../contract.ts";
import { useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { Markdown } from "../materials/markdown.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { dateTimeText } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import "./messages.ts";
import "./queries.css";

export interface RevisionsProps {
  readonly thread: QueryThread;
  /** Null for the query itself. */
  readonly answerId: string | null;
}

/** The button that says that a text was edited, and what it opens. */
export function Revisions({ thread, answerId }: RevisionsProps) {
  const text = useText();
  const [isShown, setShown] = useState(false);
  return (
    <>
      <Button look="quiet" onPress={() => setShown(true)}>
        {text("revisions.open")}
      </Button>
      {isShown && (
        <RevisionsDialog queryId={thread.query.queryId} answerId={answerId} onClose={() => setShown(false)} />
      )}
    </>
  );
}

interface RevisionsDialogProps {
  readonly queryId: string;
  readonly answerId: string | null;
  readonly onClose: () => void;
}

function RevisionsDialog({ queryId, answerId, onClose }: RevisionsDialogProps) {
  const text = useText();
  const revisions = useRead("queries.listRevisions", { queryId });
  return (
    <Dialog title={text("revisions.title")} isOpen onClose={onClose}>
      <Loaded of={revisions}>
        {({ items }) => {
          const shown = items.filter((each) => each.answerId === answerId);
          if (shown.length === 0) return <p className="soft">{text("revisions.none")}</p>;
          return (
            <ol className="stack">
              {shown.map(({ title, body, replacedAt }) => (
                <li key={`${replacedAt} ${body}`} className="post stack-tight">
                  <p className="faint">{text("revisions.until", { when: dateTimeText(replacedAt) })}</p>
                  {title !== null && <p className="item-title">{title}</p>}
                  <Markdown source={body} />
                </li>
              ))}
            </ol>
          );
        }}
      </Loaded>
      <div className="dialog-actions">
        <Button look="primary" onPress={onClose} autoFocus>
          {text("revisions.close")}
        </Button>
      </div>
    </Dialog>
  );
}
