/** The people of a course as rows: who they are, what they are in it, how they came, and what can be done about it. */
import type { Course, Enrolment } from "../contract.ts";
import { Menu, type MenuAction } from "../ui/menu.tsx";
import { Avatar, Badge, DateTime } from "../ui/pieces.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { useText } from "../ui/text.ts";
import { RoleBadge } from "./role-badge.tsx";

interface EnrolmentTableProps {
  readonly course: Course;
  readonly enrolments: readonly Enrolment[];
  readonly onView: (enrolment: Enrolment) => void;
  readonly onRole: (enrolment: Enrolment) => void;
  readonly onEnd: (enrolment: Enrolment) => void;
  readonly onRestore: (enrolment: Enrolment) => void;
}

export function EnrolmentTable({
  course,
  enrolments,
  onView,
  onRole,
  onEnd,
  onRestore,
}: EnrolmentTableProps) {
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
    {
      title: text("people.role"),
      cell: ({ role, active, hasJoined, endedAt }) => (
        <span className="row">
          <RoleBadge role={role} />
          {endedAt !== null && <Badge tone="warm">{text("people.hasEnded")}</Badge>}
          {!active && <Badge tone="danger">{text("people.accountOff")}</Badge>}
          {active && !hasJoined && <Badge tone="warm">{text("people.notJoined")}</Badge>}
        </span>
      ),
    },
    {
      title: text("people.origin"),
      cell: ({ origin, originLabel }) => (
        <>
          {text(`people.origin.${origin}`)}
          {originLabel !== null && <span className="faint"> · {originLabel}</span>}
        </>
      ),
    },
    { title: text("people.since"), cell: ({ since }) => <DateTime at={since} dateOnly /> },
  ];
  if (course.mayManage)
    columns.push({
      title: text("people.actions"),
      align: "end",
      cell: (enrolment) => {
        const actions: MenuAction[] =
          enrolment.endedAt === null
            ? [
                ...(course.myRole === "instructor" && enrolment.role === "student"
                  ? [
                      {
                        ...{ id: "view", label: text("viewAs.menu", { name: enrolment.name }) },
                        run: () => onView(enrolment),
                      },
                    ]
                  : []),
                { id: "role", label: text("people.changeRole"), run: () => onRole(enrolment) },
                {
                  ...{ id: "end", label: text("people.end"), isDangerous: true },
                  run: () => onEnd(enrolment),
                },
              ]
            : [{ id: "restore", label: text("people.restore"), run: () => onRestore(enrolment) }];
        return <Menu label={text("people.actionsOf", { name: enrolment.name })} actions={actions} />;
      },
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
