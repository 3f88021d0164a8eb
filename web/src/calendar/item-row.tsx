/** One thing of the calendar in a list: when, what, in which course, and for those who may, the ways to change it. */
import { Link } from "@tanstack/react-router";
import { zoneName } from "../assignments/local-time.ts";
import { useCommand } from "../data.ts";
import { Menu } from "../ui/menu.tsx";
import { Badge } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import type { Day } from "./days.ts";
import type { CalendarCourse, Item } from "./event-dialog.tsx";
import { clockText, hoursText } from "./item-text.ts";
import "./calendar.css";
import "./messages.ts";

const tones = {
  due: "warm",
  until: "danger",
  available: "good",
  event: "accent",
  material_available: "good",
  material_until: "danger",
} as const;

export interface ItemRowProps {
  readonly item: Item;
  /** The day under which it stands. */
  readonly day: Day;
  readonly course: CalendarCourse | undefined;
  readonly onEdit: (item: Item) => void;
}

export function ItemRow({ item, day, course, onEdit }: ItemRowProps) {
  const text = useText();
  const { kind, title, place, note, startsAt } = item;
  const removals = useRemovals(item);
  const zone = course?.timeZone ?? zoneName();
  return (
    <li>
      <span className="calendar-time">{hoursText(item, day, zoneName(), text)}</span>
      <div className="grow">
        <ItemTitle item={item} />
        <p className="faint">
          {[
            course?.code ?? "",
            place,
            zone === zoneName()
              ? ""
              : text("calendar.there", {
                  time: clockText(startsAt, { timeZone: zone, isNamed: day.clockChange !== 0 }),
                  zone,
                }),
          ]
            .filter((part) => part !== "")
            .join(" · ")}
        </p>
        {note !== "" && <p className="soft calendar-note">{note}</p>}
      </div>
      {item.isDraft && <Badge>{text(kind === "announcement" ? "calendar.planned" : "calendar.draft")}</Badge>}
      <Badge {...(kind === "announcement" ? {} : { tone: tones[kind] })}>
        {text(kind === "announcement" && item.isDraft ? "calendar.toAnnounce" : `calendar.kind.${kind}`)}
      </Badge>
      {kind === "event" && course?.mayTeach === true && (
        <Menu
          label={text("calendar.actions", { title })}
          actions={[{ id: "edit", label: text("calendar.edit"), run: () => onEdit(item) }, ...removals]}
        />
      )}
    </li>
  );
}

/** Taking an event away, or in a series all that follow too; both can be undone. */
export function useRemovals({ subjectId, title, inSeries }: Item) {
  const text = useText();
  const { run } = useCommand("calendar.removeEvent");
  async function remove(following: boolean) {
    await run({ eventId: subjectId, following });
    toast(
      text("calendar.removed", { title }),
      () => void run({ eventId: subjectId, following, restore: true }),
    );
  }
  const removals = [
    { id: "remove", label: text("calendar.remove"), isDangerous: true, run: () => void remove(false) },
    {
      id: "following",
      label: text("calendar.removeFollowing"),
      isDangerous: true,
      run: () => void remove(true),
    },
  ];
  return removals.slice(0, inSeries ? 2 : 1);
}

function ItemTitle({ item }: { readonly item: Item }) {
  if (item.kind === "event") return <span className="item-title">{item.title}</span>;
  return (
    <ItemLink item={item} className="item-title">
      {item.title}
    </ItemLink>
  );
}

export interface ItemLinkProps {
  readonly item: Item;
  readonly className: string;
  readonly children: React.ReactNode;
}

/** The way to what an item is about; an event is nowhere but in the calendar. */
export function ItemLink({ item: { kind, courseId, subjectId }, className, children }: ItemLinkProps) {
  const rest = { className, children };
  switch (kind) {
    case "announcement":
      return (
        <Link
          to="/courses/$courseId/announcements/$announcementId"
          params={{ courseId, announcementId: subjectId }}
          {...rest}
        />
      );
    case "material_available":
    case "material_until":
      return (
        <Link
          to="/courses/$courseId/materials/$materialId"
          params={{ courseId, materialId: subjectId }}
          {...rest}
        />
      );
    default:
      return (
        <Link
          to="/courses/$courseId/assignments/$assignmentId"
          params={{ courseId, assignmentId: subjectId }}
          {...rest}
        />
      );
  }
}
