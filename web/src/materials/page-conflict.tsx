/** Somebody else has saved the page meanwhile: what they changed, and the ways on. Nothing typed is lost. */
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { differences, merged } from "./page-merge.ts";
import "./messages.ts";

export interface PageConflictProps {
  readonly conflict: { readonly base: string; readonly theirs: string; readonly revision: number };
  readonly mine: string;
  /** What was changed meanwhile, where that is no page. */
  readonly title?: string;
  /** Goes on with this text, as a change to this revision. */
  readonly onSettle: (text: string, revision: number) => void;
}

export function PageConflict({ conflict, mine, title, onSettle }: PageConflictProps) {
  const text = useText();
  const { base, theirs, revision } = conflict;
  const both = merged(base, mine, theirs);
  return (
    <Notice tone="danger" title={title ?? text("page.conflict")}>
      <p>{text(both === null ? "page.conflictHint" : "page.conflictMergeHint")}</p>
      <section className="page-diff" tabIndex={0} aria-label={text("page.theirChanges")}>
        {differences(base, theirs)
          .filter(({ kind }) => kind !== "same")
          .map(({ kind, text: lines, at }) => {
            const Change = kind === "added" ? "ins" : "del";
            return <Change key={at}>{lines}</Change>;
          })}
      </section>
      <div className="row">
        {both !== null && (
          <Button look="primary" onPress={() => onSettle(both, revision)}>
            {text("page.takeBoth")}
          </Button>
        )}
        <Button onPress={() => onSettle(mine, revision)}>{text("page.keepMine")}</Button>
        <Button onPress={() => onSettle(theirs, revision)}>{text("page.takeTheirs")}</Button>
      </div>
    </Notice>
  );
}
