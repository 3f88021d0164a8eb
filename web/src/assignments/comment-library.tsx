/** Comments that a grader keeps, to put one into the feedback with a press; and keeping what stands there now. */
import { useCommand, usePages } from "../data.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./grading-messages.ts";

export interface CommentLibraryProps {
  readonly feedback: string;
  readonly onAdd: (text: string) => void;
}

export function CommentLibrary({ feedback, onAdd }: CommentLibraryProps) {
  const text = useText();
  const kept = usePages("assignments.listGradingComments", {});
  const save = useCommand("assignments.saveGradingComment");
  const remove = useCommand("assignments.removeGradingComment");
  const comments = kept.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <details className="grade-more">
      <summary>{text("grading.comments")}</summary>
      <div className="stack-tight">
        <ErrorNotice error={kept.error ?? save.error ?? remove.error} />
        {comments.length === 0 && <p className="faint">{text("grading.commentsNone")}</p>}
        <ul className="list">
          {comments.map(({ commentId, text: comment }) => (
            <li key={commentId} className="row row-apart">
              <button type="button" className="link-button grow" onClick={() => onAdd(comment)}>
                {comment}
              </button>
              <IconButton
                icon="close"
                label={text("grading.commentRemove", { comment: comment.slice(0, 60) })}
                onPress={() => void remove.run({ commentId }).catch(() => undefined)}
              />
            </li>
          ))}
        </ul>
        {kept.hasNextPage && (
          <Button onPress={() => void kept.fetchNextPage()}>{text("grading.commentsMore")}</Button>
        )}
        <Button
          isDisabled={feedback.trim() === "" || feedback.length > 2_000}
          isPending={save.isPending}
          onPress={() =>
            void save
              .run({ text: feedback })
              .then(() => toast(text("grading.commentKept")))
              .catch(() => undefined)
          }
        >
          {text("grading.commentKeep")}
        </Button>
      </div>
    </details>
  );
}
