/** The page of results. What is looked for stands in its address, so that it can be kept, shared and gone back to. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import type { SearchResult } from "../contract.ts";
import { usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { Select } from "../ui/choices.tsx";
import { Icon } from "../ui/icon.tsx";
import { Notice } from "../ui/notice.tsx";
import { EmptyState, PageHead } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { ResultList } from "./result-list.tsx";
import { type SearchAddress, searchKinds } from "./search-address.ts";
import "./messages.ts";
import "./search.css";

/** Typing pauses this long before it is looked for. */
const typingPauseMs = 300;
const growingMs = 4_000;

export function SearchPage() {
  const text = useText();
  const navigate = useNavigate();
  const address = useSearch({ strict: false }) as SearchAddress;
  const asked = address.q ?? "";
  const [words, setWords] = useState(asked);
  useEffect(() => setWords(asked), [asked]);
  const go = (next: SearchAddress, replace = true) =>
    void navigate({
      to: "/search",
      search: Object.fromEntries(
        Object.entries(next).filter(([, value]) => value !== undefined && value !== ""),
      ),
      replace,
    });
  useEffect(() => {
    if (words.trim() === asked) return;
    const timer = setTimeout(() => go({ ...address, q: words.trim() }), typingPauseMs);
    return () => clearTimeout(timer);
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    go({ ...address, q: words.trim() }, false);
  }
  return (
    <div className="search-page">
      <PageHead title={text("search.title")} documentTitle={asked === "" ? text("search.title") : asked} />
      <div className="stack">
        <search>
          <form className="search-field" onSubmit={submit}>
            <Icon name="search" />
            <input
              id="search-field"
              className="input"
              type="search"
              aria-label={text("search.field")}
              placeholder={text("search.field")}
              value={words}
              onChange={({ target }) => setWords(target.value)}
              maxLength={300}
              autoComplete="off"
              // Whoever opens the page without words came to type some.
              ref={(field) => {
                if (asked === "" && document.activeElement === document.body) field?.focus();
              }}
            />
          </form>
        </search>
        <div className="search-filters">
          <Select
            label={text("search.kinds")}
            value={address.kind ?? "all"}
            options={(["all", ...searchKinds] as const).map((kind) => ({
              value: kind,
              label: text(`search.kind.${kind}`),
            }))}
            onChange={(kind) => {
              const { kind: _kind, ...rest } = address;
              go(kind === "all" ? rest : { ...rest, kind });
            }}
          />
          <CourseChoice
            value={address.course ?? ""}
            onChange={(course) => {
              const { course: _course, ...rest } = address;
              go(course === "" ? rest : { ...rest, course });
            }}
          />
        </div>
        {asked.trim() === "" ? (
          <EmptyState icon="search" title={text("search.start")} hint={text("search.startHint")} />
        ) : (
          <Results address={address} onGo={go} />
        )}
      </div>
    </div>
  );
}

function CourseChoice({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (id: string) => void;
}) {
  const text = useText();
  const courses = usePages("courses.listCourses", {});
  const options = (courses.data?.pages ?? [])
    .flatMap(({ items }) => items)
    .map(({ courseId, code, title }) => ({ value: courseId, label: `${code} · ${title}` }));
  return (
    <Select
      label={text("search.inCourse")}
      value={options.some((option) => option.value === value) ? value : ""}
      options={[{ value: "", label: text("search.everywhere") }, ...options]}
      onChange={onChange}
    />
  );
}

interface ResultsProps {
  readonly address: SearchAddress;
  readonly onGo: (next: SearchAddress, replace?: boolean) => void;
}

function Results({ address, onGo }: ResultsProps) {
  const text = useText();
  const { q = "", kind, course } = address;
  const list = usePages("search.search", {
    text: q,
    wait: true,
    ...(kind === undefined ? {} : { kinds: [kind] }),
    ...(course === undefined ? {} : { courseId: course }),
  });
  const first = list.data?.pages[0];
  // What is still being read comes by itself.
  const isGrowing = first !== undefined && (first.index.isReading || !first.index.isCurrent);
  const { refetch } = list;
  useEffect(() => {
    if (!isGrowing) return;
    const timer = setInterval(() => void refetch(), growingMs);
    return () => clearInterval(timer);
  }, [isGrowing, refetch]);
  const isNarrowed = kind !== undefined || course !== undefined;
  const suggestion = first?.suggestion ?? null;
  return (
    <Paged of={list}>
      {(results: readonly SearchResult[]) => (
        <>
          <p className="faint" role="status">
            {list.hasNextPage
              ? text("search.foundMore", { count: results.length })
              : text("search.found", { count: results.length })}
          </p>
          {suggestion !== null && (
            <p>
              {text("search.suggestion")}{" "}
              <Button look="quiet" onPress={() => onGo({ ...address, q: suggestion }, false)}>
                {suggestion}
              </Button>
            </p>
          )}
          {results.length > 0 && first?.match === "some" && <Notice>{text("search.some")}</Notice>}
          {results.length > 0 && <ResultList results={results} label={text("search.results")} />}
          {results.length === 0 && (
            <EmptyState
              icon="search"
              title={text(isNarrowed ? "search.noneHere" : "search.none")}
              hint={text(isNarrowed ? "search.noneHereHint" : "search.noneHint")}
            >
              {isNarrowed && <Button onPress={() => onGo({ q })}>{text("search.widen")}</Button>}
            </EmptyState>
          )}
          {first?.index.isCurrent === false && <p className="faint">{text("search.behind")}</p>}
          {first?.index.isReading === true && <p className="faint">{text("search.reading")}</p>}
        </>
      )}
    </Paged>
  );
}
