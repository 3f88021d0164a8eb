/** What a query is about: nothing but the course, a material or a page of it, or an assignment. */
import { Link } from "@tanstack/react-router";
import type { Query } from "../contract.ts";
import { useRead } from "../data.ts";
import { Icon } from "../ui/icon.tsx";
import { useText } from "../ui/text.ts";
import "./messages.ts";
import "./queries.css";

export interface QuerySubject {
  readonly materialId?: string;
  readonly page?: number;
  readonly assignmentId?: string;
}

/** The subject that an address names; a page that is no page is left out. */
export function aboutFrom(search: Readonly<Record<string, unknown>>): QuerySubject {
  const word = (value: unknown) => (value === undefined || value === null ? "" : String(value));
  const materialId = word(search.materialId);
  const assignmentId = word(search.assignmentId);
  const page = Number(word(search.page));
  if (materialId !== "") return { materialId, ...(Number.isSafeInteger(page) && page > 0 ? { page } : {}) };
  return assignmentId === "" ? {} : { assignmentId };
}

/** The title of the material or assignment, empty while it is not known. */
export function useSubjectTitle({ materialId, assignmentId }: QuerySubject): string {
  const material = useRead(
    "materials.getMaterial",
    { materialId: materialId ?? "" },
    { enabled: materialId !== undefined },
  );
  const assignment = useRead(
    "assignments.getAssignment",
    { assignmentId: assignmentId ?? "" },
    { enabled: assignmentId !== undefined },
  );
  return material.data?.title ?? assignment.data?.title ?? "";
}

/** The way from a query to what it is about; nothing where that is the course alone, or no longer to be seen. */
export function SubjectLink({ query }: { readonly query: Query }) {
  const text = useText();
  const { courseId, materialId, page, assignmentId } = query;
  const title = useSubjectTitle({
    ...(materialId === null ? {} : { materialId }),
    ...(assignmentId === null ? {} : { assignmentId }),
  });
  if (title === "") return null;
  if (materialId !== null)
    return (
      <p className="about">
        <Link
          to="/courses/$courseId/materials/$materialId"
          params={{ courseId, materialId }}
          {...(page === null ? {} : { hash: `page=${page}` })}
          className="row"
        >
          <Icon name="file" />
          {page === null ? text("query.openMaterial", { title }) : text("query.openPage", { title, page })}
        </Link>
      </p>
    );
  if (assignmentId === null) return null;
  return (
    <p className="about">
      <Link
        to="/courses/$courseId/assignments/$assignmentId"
        params={{ courseId, assignmentId }}
        className="row"
      >
        <Icon name="task" />
        {text("query.openAssignment", { title })}
      </Link>
    </p>
  );
}
