/** Results: what was found, in which course, and the lines around the words; each line opens at its place. */
import { Link } from "@tanstack/react-router";
import { createElement, Fragment, type ReactNode } from "react";
import type { SearchPlace, SearchResult } from "../contract.ts";
import { Icon, type IconName } from "../ui/icon.tsx";
import { useText } from "../ui/text.ts";
import { addressOf } from "./place-address.ts";
import "./messages.ts";
import "./search.css";

const icons = {
  course: "book",
  material: "file",
  assignment: "task",
  announcement: "bell",
  query: "query",
} as const satisfies Record<SearchResult["kind"], IconName>;

export function ResultList({
  results,
  label,
}: {
  readonly results: readonly SearchResult[];
  readonly label: string;
}) {
  const text = useText();
  return (
    <ol className="list results" aria-label={label}>
      {results.map((result) => (
        <li key={`${result.kind} ${result.sourceId}`} className="result">
          <Icon name={icons[result.kind]} />
          <div className="grow stack-tight">
            <Link to={addressOf(result, soleOf(result))} className="item-title">
              {result.title}
            </Link>
            <p className="faint">
              {text(`search.one.${result.kind}`)} · {result.course.code} · {result.course.term}
            </p>
            <ul className="result-places">
              {result.places
                .filter(({ excerpt }) => excerpt.length > 0)
                .map((place) => (
                  <li key={addressOf(result, place) + place.excerpt[0]?.text}>
                    <PlaceOf result={result} place={place} />
                  </li>
                ))}
            </ul>
          </div>
        </li>
      ))}
    </ol>
  );
}

/** With one place only, the title leads there too. */
function soleOf({ places }: SearchResult): SearchPlace | undefined {
  return places.length === 1 ? places[0] : undefined;
}

function PlaceOf({ result, place }: { readonly result: SearchResult; readonly place: SearchPlace }) {
  const text = useText();
  const { page, heading, answerId } = place;
  const name =
    page !== null
      ? text("search.page", { page })
      : answerId !== null
        ? text("search.answer")
        : result.kind === "material"
          ? heading
          : null;
  const lines = createElement(Fragment, null, ...place.excerpt.map(pieceOf));
  if (name === null) return <p className="result-text">{lines}</p>;
  return (
    <p className="result-text">
      <Link to={addressOf(result, place)} className="result-place">
        {name}
      </Link>{" "}
      {lines}
    </p>
  );
}

function pieceOf({ text, isHit }: SearchPlace["excerpt"][number]): ReactNode {
  return isHit ? <mark>{text}</mark> : text;
}
