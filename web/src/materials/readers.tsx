/** Who has read what, for those who teach: material by material, and student by student. */
import { useCourse } from "../courses/course-context.ts";
import { usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { EmptyState, relativeText } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { PlaceLink, places } from "./place-link.tsx";
import "./messages.ts";
import "./materials.css";

export function ReadersPage() {
  const text = useText();
  const { courseId } = useCourse();
  const materials = usePages("materials.listMaterialReaders", { courseId });
  const students = usePages("materials.listStudentReading", { courseId });
  const studentCount = materials.data?.pages[0]?.studentCount ?? 0;
  const materialCount = students.data?.pages[0]?.materialCount ?? 0;
  return (
    <div className="stack-wide">
      <section className="stack" aria-label={text("readers.byMaterial")}>
        <h2>{text("readers.byMaterial")}</h2>
        <Paged of={materials}>
          {(items) =>
            items.length === 0 ? (
              <EmptyState icon="book" title={text("readers.none")} hint={text("readers.noneHint")} />
            ) : (
              <ul className="list" aria-label={text("readers.byMaterial")}>
                {items.map(({ materialId, title, readCount, openedCount }) => (
                  <li key={materialId}>
                    <PlaceLink
                      className="item-title readers-title"
                      href={places.material(courseId, materialId)}
                    >
                      {title}
                    </PlaceLink>
                    <span className="number soft">
                      {text("readers.ofStudents", {
                        read: readCount,
                        opened: openedCount,
                        count: studentCount,
                      })}
                    </span>
                  </li>
                ))}
              </ul>
            )
          }
        </Paged>
      </section>
      <section className="stack" aria-label={text("readers.byStudent")}>
        <h2>{text("readers.byStudent")}</h2>
        <Paged of={students}>
          {(items) =>
            items.length === 0 ? (
              <EmptyState
                icon="people"
                title={text("readers.noStudents")}
                hint={text("readers.noStudentsHint")}
              />
            ) : (
              <ul className="list" aria-label={text("readers.byStudent")}>
                {items.map(({ personId, name, readCount, lastOpenedAt }) => (
                  <li key={personId}>
                    <span className="item-title readers-title">{name}</span>
                    <span className="number soft">
                      {text("readers.ofMaterials", { read: readCount, count: materialCount })}
                      {lastOpenedAt !== null && ` · ${relativeText(lastOpenedAt)}`}
                    </span>
                  </li>
                ))}
              </ul>
            )
          }
        </Paged>
      </section>
    </div>
  );
}
