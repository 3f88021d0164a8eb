/** Where things stand in a course's contents: materials and assignments share the places of a module. */
import type { Kysely } from "kysely";
import { invalidField, Refusal } from "#kernel/errors.ts";
import { moduleOf } from "#slices/courses/api.ts";
import { placeBefore, placeStep } from "./places.ts";
import { moduleItemsMax } from "./schema.ts";
import type { MaterialsTables } from "./tables.ts";

type Db = Kysely<MaterialsTables>;

export interface PlacedItem {
  readonly kind: "material" | "assignment";
  readonly id: string;
  readonly place: number;
}

/** The module's id as rows name it, empty for the general contents; refuses a module of another course. */
export async function requireModule(db: Db, courseId: string, moduleId: string | null): Promise<string> {
  if (moduleId === null) return "";
  const found = await moduleOf(db, moduleId);
  if (found === null || found.courseId !== courseId || found.isRemoved)
    throw invalidField("moduleId", "This course has no such module. Choose one of its outline.");
  return moduleId;
}

/** The place after the last item of a module; refuses when it is full. */
export async function requireRoom(db: Db, courseId: string, moduleId: string): Promise<number> {
  const items = await itemsOf(db, courseId, moduleId);
  if (items.length >= moduleItemsMax) throw moduleFull();
  return (items.at(-1)?.place ?? 0) + placeStep;
}

/** Everything in a module that is not removed, in order. */
export async function itemsOf(db: Db, courseId: string, moduleId: string): Promise<PlacedItem[]> {
  const materials = await db
    .selectFrom("materials")
    .select(["id", "place"])
    .where("course_id", "=", courseId)
    .where("module_id", "=", moduleId)
    .where("removed_at", "is", null)
    .execute();
  const assignments = await db
    .selectFrom("course_assignments")
    .select(["assignment_id as id", "place"])
    .where("course_id", "=", courseId)
    .where("module_id", "=", moduleId)
    .where("placed", "=", 1)
    .execute();
  const items: PlacedItem[] = [
    ...materials.map((row) => ({ kind: "material", ...row }) as const),
    ...assignments.map((row) => ({ kind: "assignment", ...row }) as const),
  ];
  return items.sort((one, other) => one.place - other.place || (one.id < other.id ? -1 : 1));
}

/** Where an item goes: before another one of the module, or to its end. */
export interface Destination {
  readonly courseId: string;
  readonly moduleId: string;
  /** The id of the material or assignment that it is to stand before; null for the end. */
  readonly beforeId: string | null;
}

/** Makes room for an item and gives its place; the rows of others change only where there is none. */
export async function makeRoom(
  tx: Db,
  item: Pick<PlacedItem, "id">,
  { courseId, moduleId, beforeId }: Destination,
): Promise<number> {
  const others = (await itemsOf(tx, courseId, moduleId)).filter(({ id }) => id !== item.id);
  if (others.length >= moduleItemsMax) throw moduleFull();
  const found = others.findIndex(({ id }) => id === beforeId);
  if (beforeId !== null && found === -1)
    throw invalidField("beforeId", "This is not in the module (any more). Look at the contents again.");
  const { place, moved } = placeBefore(
    others.map((each) => each.place),
    beforeId === null ? others.length : found,
  );
  for (const [index, to] of moved) {
    const neighbour = others[index];
    if (neighbour?.kind === "material")
      await tx.updateTable("materials").set({ place: to }).where("id", "=", neighbour.id).execute();
    else if (neighbour !== undefined)
      await tx
        .updateTable("course_assignments")
        .set({ place: to })
        .where("assignment_id", "=", neighbour.id)
        .execute();
  }
  return place;
}

function moduleFull(): Refusal {
  return new Refusal(
    "module_full",
    `A module has at most ${moduleItemsMax} items, and so have the general contents. Make another module.`,
  );
}
