/** People as rows: who they are, what they may do, whether they have joined, and what an admin can do about it. */
import { Link } from "@tanstack/react-router";
import type { Person } from "../contract.ts";
import { Menu, type MenuAction } from "../ui/menu.tsx";
import { Avatar, Badge, DateTime } from "../ui/pieces.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { useText } from "../ui/text.ts";

export interface PeopleTableProps {
  readonly people: readonly Person[];
  /** One's own account is not shut from here. */
  readonly myId: string;
  readonly onInvite: (person: Person) => void;
  readonly onDeactivate: (person: Person) => void;
  readonly onActivate: (person: Person) => void;
}

export function PeopleTable(props: PeopleTableProps) {
  const text = useText();
  const columns: readonly Column<Person>[] = [
    { title: text("person.name"), isLead: true, cell: (person) => <NameCell person={person} /> },
    { title: text("person.roles"), cell: (person) => <RolesCell person={person} /> },
    { title: text("person.state"), cell: (person) => <StateCell person={person} /> },
    { title: text("person.added"), cell: (person) => <DateTime at={person.addedAt} dateOnly /> },
    {
      title: text("person.actions"),
      align: "end",
      cell: (person) => <ActionsCell person={person} {...props} />,
    },
  ];
  return (
    <Table
      caption={text("person.title")}
      columns={columns}
      rows={props.people}
      keyOf={(person) => person.id}
    />
  );
}

function NameCell({ person }: { readonly person: Person }) {
  return (
    <div className="person">
      <Avatar name={person.name} />
      <div>
        <Link className="item-title" to="/people/$personId" params={{ personId: person.id }}>
          {person.name}
        </Link>
        <p className="faint">{person.email}</p>
      </div>
    </div>
  );
}

function RolesCell({ person }: { readonly person: Person }) {
  const text = useText();
  return (
    <span className="row">
      {person.roles.map((role) => (
        <Badge key={role} {...(role === "admin" ? { tone: "accent" as const } : {})}>
          {text(`role.${role}`)}
        </Badge>
      ))}
    </span>
  );
}

function StateCell({ person }: { readonly person: Person }) {
  const text = useText();
  if (!person.active) return <Badge tone="danger">{text("person.state.inactive")}</Badge>;
  return person.hasJoined ? (
    <Badge tone="good">{text("person.state.joined")}</Badge>
  ) : (
    <Badge tone="warm">{text("person.state.invited")}</Badge>
  );
}

function ActionsCell(props: PeopleTableProps & { readonly person: Person }) {
  const { person, myId, onInvite, onDeactivate, onActivate } = props;
  const text = useText();
  const actions: MenuAction[] = [];
  if (person.active)
    actions.push({
      id: "invite",
      icon: "key",
      label: text(person.hasJoined ? "person.newPasswordLink" : "person.reissue"),
      run: () => onInvite(person),
    });
  if (person.active && person.id !== myId)
    actions.push({
      id: "deactivate",
      icon: "close",
      isDangerous: true,
      label: text("person.deactivate"),
      run: () => onDeactivate(person),
    });
  if (!person.active)
    actions.push({
      id: "activate",
      icon: "check",
      label: text("person.activate"),
      run: () => onActivate(person),
    });
  return <Menu label={text("person.actionsFor", { name: person.name })} actions={actions} />;
}
