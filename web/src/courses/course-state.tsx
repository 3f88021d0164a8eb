/** Where a course stands, said wherever it is shown: nothing for the usual, a badge and a notice for the rest. */
import type { Course } from "../contract.ts";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { Badge } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./messages.ts";

export function StateBadge({ state }: { readonly state: Course["state"] }) {
  const text = useText();
  if (state === "published") return null;
  return (
    <Badge {...(state === "draft" ? { tone: "warm" as const } : {})}>{text(`life.state.${state}`)}</Badge>
  );
}

/** Stands at the top of a course that is a draft, and says what that means. */
export function StateNotice({ course }: { readonly course: Course }) {
  const text = useText();
  const publish = useCommand("courses.publishCourse");
  const { courseId, state, mayManage } = course;
  // That it is archived stands above every page of it.
  if (state !== "draft") return null;
  return (
    <Notice tone="warm" title={text("life.draftTitle")}>
      <p>{text("life.draftHint")}</p>
      <ErrorNotice error={publish.error} />
      {mayManage && (
        <div>
          <Button
            isPending={publish.isPending}
            onPress={() =>
              publish.run({ courseId }).then(
                () => toast(text("life.published")),
                () => {},
              )
            }
          >
            {text("life.publish")}
          </Button>
        </div>
      )}
    </Notice>
  );
}
