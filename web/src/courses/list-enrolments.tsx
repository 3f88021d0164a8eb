/** Who is in a course: the ways into it, and everyone with what they are, how they came, and since when. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Course, CourseRole, Enrolment } from "../contract.ts";
import { useCommand, usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { ViewAsDialog } from "../identity/view-as.tsx";
import { Button } from "../ui/button.tsx";
import { Select } from "../ui/choices.tsx";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { EmptyState } from "../ui/pieces.tsx";
import { useSettled } from "../ui/settled.ts";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { isOpen, useCourse } from "./course-context.ts";
import { CourseLinks } from "./course-links.tsx";
import { EnrolPersonDialog } from "./enrol-person.tsx";
import { EnrolmentTable } from "./enrolment-table.tsx";
import { IfOpen } from "./if-open.tsx";
import { JoinCodeCard } from "./renew-join-code.tsx";
import "./course-pages.css";
import "./messages.ts";

type Open =
  | { readonly kind: "add" }
  | { readonly kind: "role" | "end" | "view"; readonly enrolment: Enrolment }
  | null;

const roles = ["all", "student", "teaching_assistant", "instructor", "observer"] as const;
const states = ["here", "off", "ended"] as const;
type State = (typeof states)[number];

/** The people of the course around it. */
export function CoursePeoplePage() {
  return <PeopleTab course={useCourse()} />;
}

export function PeopleTab({ course: found }: { readonly course: Course }) {
  // In an archived course nobody comes and goes: the list is to be read.
  const course = isOpen(found) ? found : { ...found, mayManage: false, joinCode: null };
  const text = useText();
  const { courseId } = course;
  const [search, setSearch] = useState("");
  const [role, setRole] = useState<CourseRole | "all">("all");
  const [state, setState] = useState<State>("here");
  const [link, setLink] = useState<{ readonly linkId: string; readonly label: string } | null>(null);
  const asked = useSettled(search.trim());
  const list = usePages("courses.listEnrolments", {
    ...{ courseId, order: "name" as const, ended: state === "ended" },
    ...(asked === "" ? {} : { search: asked }),
    ...(role === "all" ? {} : { role }),
    ...(state === "off" ? { active: false } : {}),
    ...(link === null ? {} : { linkId: link.linkId }),
  });
  const { run: end } = useCommand("courses.endEnrolment");
  const { run: viewAs } = useCommand("courses.viewAsStudent");
  const { run: restore } = useCommand("courses.restoreEnrolment");
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const ending = open?.kind === "end" ? open.enrolment : null;
  const viewed = open?.kind === "view" ? open.enrolment : null;
  const isNarrowed = asked !== "" || role !== "all" || state !== "here" || link !== null;
  const shown = list.data?.pages.flatMap((page) => page.items).length;

  function bringBack({ enrolmentId, name }: Enrolment) {
    restore({ enrolmentId }).then(
      () => toast(text("people.restored", { name })),
      () => toast(text("people.notRestored", { name })),
    );
  }

  return (
    <div className="stack-wide">
      {course.mayManage && (
        <>
          <JoinCodeCard course={course} />
          <CourseLinks
            course={course}
            onWho={(chosen) => {
              setLink(chosen);
              document.getElementById("people")?.scrollIntoView({ block: "start" });
            }}
          />
        </>
      )}
      <section className="section">
        <div className="row row-apart">
          <h2 id="people">{text("people.listTitle")}</h2>
          {found.mayManage && (
            <div className="row">
              <Link
                to="/courses/$courseId/people/imports"
                params={{ courseId }}
                className="button"
                data-look="plain"
              >
                {text(isOpen(found) ? "roster.title" : "roster.earlier")}
              </Link>
              <IfOpen>
                <Button icon="plus" onPress={() => setOpen({ kind: "add" })}>
                  {text("people.add")}
                </Button>
              </IfOpen>
            </div>
          )}
        </div>
        <search className="course-people-filter">
          <TextField
            label={text("people.search")}
            type="search"
            maxLength={200}
            value={search}
            onChange={setSearch}
          />
          <Select
            label={text("people.role")}
            options={roles.map((value) => ({
              value,
              label: text(value === "all" ? "people.anyRole" : `courseRole.${value}`),
            }))}
            value={role}
            onChange={setRole}
          />
          <Select
            label={text("people.shown")}
            options={states.map((value) => ({ value, label: text(`people.state.${value}`) }))}
            value={state}
            onChange={setState}
          />
        </search>
        {link !== null && (
          <p className="row">
            <span>{text("people.byLink", { label: link.label })}</span>
            <Button look="quiet" icon="close" onPress={() => setLink(null)}>
              {text("people.allWays")}
            </Button>
          </p>
        )}
        <p role="status" className="faint">
          {shown !== undefined &&
            text(list.hasNextPage ? "people.countSome" : "people.count", { count: shown })}
        </p>
        <Paged of={list}>
          {(enrolments) =>
            enrolments.length === 0 ? (
              <EmptyState
                icon="people"
                title={text(isNarrowed ? "people.noneFound" : "people.empty")}
                hint={text(isNarrowed ? "people.noneFoundText" : "people.emptyText")}
              />
            ) : (
              <EnrolmentTable
                course={course}
                enrolments={enrolments}
                onView={(enrolment) => setOpen({ kind: "view", enrolment })}
                onRole={(enrolment) => setOpen({ kind: "role", enrolment })}
                onEnd={(enrolment) => setOpen({ kind: "end", enrolment })}
                onRestore={bringBack}
              />
            )
          }
        </Paged>
      </section>
      <ViewAsDialog
        name={viewed?.name ?? ""}
        course={course.title}
        isOpen={viewed !== null}
        onClose={close}
        onBegin={async (key) => {
          if (viewed === null) return;
          await viewAs({ courseId: course.courseId, personId: viewed.personId }, key);
          // A fresh page: nothing that was read as oneself stays in memory.
          location.assign(`/courses/${course.courseId}`);
        }}
      />
      {course.mayManage && (
        <>
          <EnrolPersonDialog
            course={course}
            person={open?.kind === "role" ? open.enrolment : null}
            isOpen={open?.kind === "add" || open?.kind === "role"}
            onClose={close}
          />
          <ConfirmDialog
            title={text("people.endTitle", { name: ending?.name ?? "" })}
            isOpen={ending !== null}
            onClose={close}
            confirmLabel={text("people.end")}
            cancelLabel={text("courses.cancel")}
            isDanger
            onConfirm={async (key) => {
              if (ending === null) return;
              await end({ enrolmentId: ending.enrolmentId }, key);
              toast(text("people.ended", { name: ending.name }), () => bringBack(ending));
            }}
          >
            <p>{text("people.endText", { name: ending?.name ?? "", course: course.title })}</p>
            <p className="soft">{text("people.endKept")}</p>
          </ConfirmDialog>
        </>
      )}
    </div>
  );
}
