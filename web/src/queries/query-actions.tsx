/** What one may do with a query as a whole: close it, show it to the class, ask the same, merge it. */

import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Query, QueryThread } from "../contract.ts";
import { IfOpen } from "../courses/if-open.tsx";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { MergeDialog } from "./merge-queries.tsx";
import "./messages.ts";

export interface QueryActionsProps {
  readonly thread: QueryThread;
  readonly mayTeach: boolean;
}

/** All of it can be taken back at once, so nothing is asked about. */
export function QueryActions({ thread: { query }, mayTeach }: QueryActionsProps) {
  const text = useText();
  const [isMerging, setMerging] = useState(false);
  const { queryId, isOwn, isMerged, visibility, isSameAsMine } = query;
  const settles = isOwn || mayTeach;
  return (
    <div className="stack-tight">
      <div className="row">
        {settles && !isMerged && <StateAction query={query} />}
        {!settles && (
          <Act
            name="queries.askSameQuery"
            input={{ queryId, same: !isSameAsMine }}
            label={text(isSameAsMine ? "query.notSame" : "query.same")}
            done={text(isSameAsMine ? "query.notSameDone" : "query.sameDone")}
          />
        )}
        {(isOwn || (mayTeach && visibility === "class")) && (
          <Act
            name="queries.setQueryVisibility"
            input={{ queryId, visibility: visibility === "class" ? "staff" : "class" }}
            label={text(visibility === "class" ? "query.hide" : "query.show")}
            done={text(visibility === "class" ? "query.hidden" : "query.shown")}
          />
        )}
        {mayTeach && !isMerged && <Button onPress={() => setMerging(true)}>{text("merge.open")}</Button>}
      </div>
      {isMerging && <MergeDialog query={query} onClose={() => setMerging(false)} />}
    </div>
  );
}

/** Closing what needs nothing more, and opening it again. */
function StateAction({ query: { queryId, state } }: { readonly query: Query }) {
  const text = useText();
  return state === "closed" ? (
    <Act
      name="queries.reopenQuery"
      input={{ queryId }}
      label={text("query.reopen")}
      done={text("query.reopened")}
    />
  ) : (
    <Act
      name="queries.closeQuery"
      input={{ queryId }}
      label={text("query.close")}
      done={text("query.closed")}
    />
  );
}

type ActName =
  | "queries.closeQuery"
  | "queries.reopenQuery"
  | "queries.askSameQuery"
  | "queries.setQueryVisibility"
  | "queries.unmergeQuery";

interface ActProps {
  readonly name: ActName;
  readonly input: {
    readonly queryId: string;
    readonly same?: boolean;
    readonly visibility?: Query["visibility"];
  };
  readonly label: string;
  readonly done: string;
}

function Act({ name, input, label, done }: ActProps) {
  const { run, isPending, error } = useCommand(name);
  async function act() {
    try {
      await run(input as Parameters<typeof run>[0]);
      toast(done);
    } catch {
      // Shown below the button, from the command's own account of it.
    }
  }
  return (
    <div className="stack-tight">
      <Button isPending={isPending} onPress={() => void act()}>
        {label}
      </Button>
      <ErrorNotice error={error} />
    </div>
  );
}

/** That a query was merged, or what was merged into it. */
export function MergedNotice({ thread: { query, merged }, mayTeach }: QueryActionsProps) {
  const text = useText();
  const { courseId, queryId, isMerged, mergedInto } = query;
  if (isMerged)
    return (
      <Notice>
        <p>{text(mayTeach ? "merge.isMergedStaff" : "merge.isMerged")}</p>
        <div className="row">
          {mergedInto !== null && (
            <Link to="/courses/$courseId/queries/$queryId" params={{ courseId, queryId: mergedInto }}>
              {text("merge.toTarget")}
            </Link>
          )}
          {mayTeach && (
            <IfOpen>
              <Act
                name="queries.unmergeQuery"
                input={{ queryId }}
                label={text("merge.undo")}
                done={text("merge.undone")}
              />
            </IfOpen>
          )}
        </div>
      </Notice>
    );
  if (merged.length === 0) return null;
  return (
    <Notice>
      <p>{text("merge.holds", { count: merged.length })}</p>
      <ul>
        {merged.map((each) => (
          <li key={each.queryId}>
            <Link to="/courses/$courseId/queries/$queryId" params={{ courseId, queryId: each.queryId }}>
              {each.title}
            </Link>{" "}
            <span className="faint">{each.asker.name}</span>
          </li>
        ))}
      </ul>
    </Notice>
  );
}
