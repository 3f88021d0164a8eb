/** Courses in the trash, and the way back. */
import { useNavigate } from "@tanstack/react-router";
import { useCommand, usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { dateTimeText, EmptyState, PageHead } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./messages.ts";

export function TrashPage() {
  const text = useText();
  const trash = usePages("courses.listTrashedCourses", {});
  const restore = useCommand("courses.restoreCourse");
  const navigate = useNavigate();

  async function takeBack(courseId: string, title: string) {
    try {
      await restore.run({ courseId });
    } catch {
      return;
    }
    toast(text("trash.restored", { title }));
    await navigate({ to: "/courses/$courseId", params: { courseId } });
  }

  return (
    <>
      <PageHead title={text("trash.title")} lead={<p className="soft prose">{text("trash.lead")}</p>} />
      <ErrorNotice error={restore.error} />
      <Paged of={trash}>
        {(courses) =>
          courses.length === 0 ? (
            <EmptyState icon="book" title={text("trash.empty")} hint={text("trash.emptyHint")} />
          ) : (
            <ul className="list">
              {courses.map(({ courseId, code, term, title, trashedBy, trashedAt, deletedAt }) => (
                <li key={courseId}>
                  <div className="grow stack-tight">
                    <p className="item-title">{title}</p>
                    <p className="soft">
                      {code} · {term}
                    </p>
                    <p className="faint">
                      {text("trash.by", { name: trashedBy, at: dateTimeText(trashedAt, true) })}{" "}
                      {text("trash.deletedAt", { at: dateTimeText(deletedAt, true) })}
                    </p>
                  </div>
                  <Button
                    aria-label={`${text("trash.restore")}: ${title}`}
                    isPending={restore.isPending}
                    onPress={() => void takeBack(courseId, title)}
                  >
                    {text("trash.restore")}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Paged>
    </>
  );
}
