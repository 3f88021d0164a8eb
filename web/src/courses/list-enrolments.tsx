/** Who is in a course: the code to join it, and everyone with what they are, how they came, and since when. */
import { useState } from "react";
import type { Course, Enrolment } from "../contract.ts";
import { useCommand, usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { ViewAsDialog } from "../identity/view-as.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { Menu } from "../ui/menu.tsx";
import { Avatar, DateTime, EmptyState } from "../ui/pieces.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { useCourse } from "./course-context.ts";
import { EnrolPersonDialog } from "./enrol-person.tsx";
import { JoinCodeCard } from "./renew-join-code.tsx";
import { RoleBadge } from "./role-badge.tsx";
import "./course-pages.css";
import "./messages.ts";

type Open =
  | { readonly kind: "add" }
  | { readonly kind: "role" | "end" | "view"; readonly enrolment: Enrolment }
  | null;

/** The people of the course around it. */
export function CoursePeoplePage() {
  return <PeopleTab course={useCourse()} />;
}

export function PeopleTab({ course }: { readonly course: Course }) {
  const text = useText();
  const list = usePages("courses.listEnrolments", { courseId: course.courseId });
  const { run: end } = useCommand("courses.endEnrolment");
  const { run: viewAs } = useCommand("courses.viewAsStudent");
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const ending = open?.kind === "end" ? open.enrolment : null;
  const viewed = open?.kind === "view" ? open.enrolment : null;

  return (
    <div className="stack-wide">
      {course.joinCode !== null && <JoinCodeCard course={course} code={course.joinCode} />}
      <div className="section">
        <div className="row row-apart">
          <h2>{text("people.listTitle")}</h2>
          {course.mayManage && (
            <Button icon="plus" onPress={() => setOpen({ kind: "add" })}>
              {text("people.add")}
            </Button>
          )}
        </div>
        <Paged of={list}>
          {(enrolments) =>
            enrolments.length === 0 ? (
              <EmptyState icon="people" title={text("people.empty")} hint={text("people.emptyText")} />
            ) : (
              <EnrolmentTable course={course} enrolments={enrolments} onOpen={setOpen} />
            )
          }
        </Paged>
      </div>
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
              toast(text("people.ended", { name: ending.name }));
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

interface EnrolmentTableProps {
  readonly course: Course;
  readonly enrolments: readonly Enrolment[];
  readonly onOpen: (open: Open) => void;
}

function EnrolmentTable({ course, enrolments, onOpen }: EnrolmentTableProps) {
  const text = useText();
  const columns: Column<Enrolment>[] = [
    {
      title: text("people.name"),
      isLead: true,
      cell: ({ name, email }) => (
        <span className="person">
          <Avatar name={name} />
          <span className="person-lines">
            <span className="item-title">{name}</span>
            <span className="faint">{email}</span>
          </span>
        </span>
      ),
    },
    { title: text("people.role"), cell: ({ role }) => <RoleBadge role={role} /> },
    { title: text("people.origin"), cell: ({ origin }) => text(`people.origin.${origin}`) },
    { title: text("people.since"), cell: ({ since }) => <DateTime at={since} dateOnly /> },
  ];
  if (course.mayManage)
    columns.push({
      title: text("people.actions"),
      align: "end",
      cell: (enrolment) => (
        <Menu
          label={text("people.actionsOf", { name: enrolment.name })}
          actions={[
            ...(course.myRole === "instructor" && enrolment.role === "student"
              ? [
                  {
                    id: "view",
                    label: text("viewAs.menu", { name: enrolment.name }),
                    run: () => onOpen({ kind: "view", enrolment }),
                  },
                ]
              : []),
            {
              id: "role",
              label: text("people.changeRole"),
              run: () => onOpen({ kind: "role", enrolment }),
            },
            {
              id: "end",
              label: text("people.end"),
              isDangerous: true,
              run: () => onOpen({ kind: "end", enrolment }),
            },
          ]}
        />
      ),
    });
  return (
    <Table
      caption={text("people.listTitle")}
      columns={columns}
      rows={enrolments}
      keyOf={({ enrolmentId }) => enrolmentId}
    />
  );
}
