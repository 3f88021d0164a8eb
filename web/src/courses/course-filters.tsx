/** Narrows the list of courses to a term and a state. */
import { Link } from "@tanstack/react-router";
import type { Course } from "../contract.ts";
import { useRead } from "../data.ts";
import { Select } from "../ui/choices.tsx";
import { useText } from "../ui/text.ts";
import "./messages.ts";

export interface CourseFilter {
  /** The name of a term; empty for all. */
  readonly term: string;
  readonly state: Course["state"] | "all";
}

export const noFilter: CourseFilter = { term: "", state: "all" };

/** The filter as the list takes it. */
export function filterOf({ term, state }: CourseFilter) {
  return { ...(term === "" ? {} : { term }), ...(state === "all" ? {} : { state }) };
}

const states = ["all", "published", "draft", "archived"] as const;

export interface CourseFiltersProps {
  readonly filter: CourseFilter;
  readonly onChange: (filter: CourseFilter) => void;
  readonly mayTrash: boolean;
}

export function CourseFilters({ filter, onChange, mayTrash }: CourseFiltersProps) {
  const text = useText();
  const terms = useRead("courses.listTerms", {});
  const names = [...(terms.data?.items ?? []), ...(terms.data?.unlisted ?? [])]
    .filter(({ courses }) => courses > 0)
    .map(({ name }) => name);
  const change = (part: Partial<CourseFilter>) => {
    const next = { ...filter, ...part };
    onChange(next.term === "" && next.state === "all" ? noFilter : next);
  };
  return (
    <div className="row course-filters">
      <Select
        label={text("terms.filter")}
        options={[
          { value: "", label: text("terms.all") },
          ...names.map((name) => ({ value: name, label: name })),
        ]}
        value={filter.term}
        onChange={(term) => change({ term })}
      />
      <Select
        label={text("courses.stateFilter")}
        options={states.map((state) => ({
          value: state,
          label: text(state === "all" ? "courses.allStates" : `life.state.${state}`),
        }))}
        value={filter.state}
        onChange={(state) => change({ state })}
      />
      {mayTrash && (
        <Link to="/trash" className="button" data-look="quiet">
          {text("courses.trash")}
        </Link>
      )}
    </div>
  );
}
