/** A query in a list: what is asked, by whom, and how long it has waited. */
import { Link } from "@tanstack/react-router";
import type { Query } from "../contract.ts";
import { relativeText } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { QueryStateBadge } from "./query-state.tsx";
import "./messages.ts";
import "./queries.css";

export interface QueryRowProps {
  readonly query: Query;
  readonly isOwn: boolean;
  /** The course's code, where the list is of several courses. */
  readonly code: string | null;
}

export function QueryRow({ query, isOwn, code }: QueryRowProps) {
  const text = useText();
  const { courseId, queryId, answerCount, page } = query;
  const when = relativeText(query.createdAt);
  const facts = [
    code,
    isOwn
      ? text("queries.youAsked", { when })
      : text("queries.by", { name: query.asker?.name ?? text("query.anonymous"), when }),
    page === null ? null : text("queries.onPage", { page }),
    query.visibility === "class" ? text("queries.forClass") : null,
    query.sameCount === 0 ? null : text("queries.sames", { count: query.sameCount }),
    query.isMerged ? text("queries.merged") : null,
    answerCount === 0 ? null : text("queries.answers", { count: answerCount }),
  ].filter((fact) => fact !== null);
  return (
    <li className="query-row">
      <div className="grow stack-tight">
        <Link
          to="/courses/$courseId/queries/$queryId"
          params={{ courseId, queryId }}
          className="item-title query-link"
        >
          {query.title}
        </Link>
        <p className="faint query-facts">
          {facts.map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </p>
      </div>
      <QueryStateBadge query={query} isShort />
    </li>
  );
}
