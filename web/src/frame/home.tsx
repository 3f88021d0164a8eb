/** Home: what waits for this person today, then their courses. */
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { ComingUp } from "../calendar/coming-up.tsx";
import { CreateCourseDialog } from "../courses/create-course.tsx";
import { JoinCourseDialog } from "../courses/join-course.tsx";
import { CourseCard } from "../courses/list-courses.tsx";
import { usePages, useRead } from "../data.ts";
import { type Today, TodayLists } from "../progress/get-today.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState, PageHead, Skeleton } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { Loaded, Paged } from "./loaded.tsx";
import { mayCreateCourses, useMe } from "./me.ts";

// Few people observe others: nobody else loads this.
const ObservedStudents = lazy(async () => ({
  default: (await import("../observers/observed-students.tsx")).ObservedStudents,
}));
const UsePairingCode = lazy(async () => ({
  default: (await import("../observers/redeem-pairing-code.tsx")).UsePairingCode,
}));

export function Home() {
  const text = useText();
  const me = useMe();
  const courses = usePages("courses.listCourses", {});
  const today = useRead("progress.getToday", {});
  const observed = usePages("progress.listObservedStudents", {});
  const observes = (observed.data?.pages[0]?.items.length ?? 0) > 0;
  const isInNone = courses.data?.pages[0]?.items.length === 0;
  const hasCourses = today.data?.studies === true || today.data?.teaches === true;
  return (
    <>
      <PageHead
        title={text("home.greeting", { name: me.person.name })}
        documentTitle={text("nav.home")}
        lead={today.data !== undefined && hasCourses && <Lead today={today.data} />}
      />
      <Loaded of={today}>{(data) => hasCourses && <TodayLists today={data} />}</Loaded>
      {hasCourses && <ComingUp />}
      {observes && (
        <Suspense fallback={<Skeleton />}>
          <ObservedStudents students={observed} />
        </Suspense>
      )}
      {!(observes && isInNone) && (
        <section className="section" aria-labelledby="courses">
          <div className="row row-apart">
            <h2 id="courses">{text("home.courses")}</h2>
            {hasCourses && <Link to="/courses">{text("home.allCourses")}</Link>}
          </div>
          <Paged of={courses}>
            {(items) =>
              items.length === 0 ? (
                <NoCourses />
              ) : (
                <ul className="courses">
                  {items.map((course) => (
                    <li key={course.courseId}>
                      <CourseCard course={course} />
                    </li>
                  ))}
                </ul>
              )
            }
          </Paged>
        </section>
      )}
    </>
  );
}

/** The most pressing in a sentence. */
function Lead({ today: { due, queries, grading } }: { readonly today: Today }) {
  const text = useText();
  const pressing = due.filter(({ isDone, bucket }) => !isDone && bucket !== "later" && bucket !== "undated");
  const toGrade = grading.reduce((sum, one) => sum + one.toGrade, 0);
  const leads = [
    ...(pressing.length > 0 ? [text("home.lead.due", { count: pressing.length })] : []),
    ...(queries.length > 0 ? [text("home.lead.waiting", { count: queries.length })] : []),
    ...(toGrade > 0 ? [text("home.lead.toGrade", { count: toGrade })] : []),
  ];
  return <p className="soft">{leads.length > 0 ? leads.join(" ") : text("home.lead.calm")}</p>;
}

function NoCourses() {
  const text = useText();
  const me = useMe();
  const [dialog, setDialog] = useState<"create" | "join" | null>(null);
  const isAdmin = me.roles.includes("admin");
  const isTeacher = me.roles.includes("instructor");
  const kind = isAdmin ? "Admin" : isTeacher ? "Teach" : "Student";
  return (
    <EmptyState icon="book" title={text(`home.empty${kind}`)} hint={text(`home.empty${kind}Hint`)}>
      <div className="row">
        {mayCreateCourses(me) && (
          <Button look="primary" icon="plus" onPress={() => setDialog("create")}>
            {text("courses.create")}
          </Button>
        )}
        {isAdmin ? (
          <>
            <Link to="/courses" className="button" data-look="plain">
              {text("home.allCourses")}
            </Link>
            <Link to="/people" className="button" data-look="plain">
              {text("home.invitePeople")}
            </Link>
          </>
        ) : (
          <Button
            {...(mayCreateCourses(me) ? {} : { look: "primary" as const })}
            icon="key"
            onPress={() => setDialog("join")}
          >
            {text("courses.join")}
          </Button>
        )}
        {kind === "Student" && (
          <Suspense>
            <UsePairingCode />
          </Suspense>
        )}
      </div>
      <CreateCourseDialog isOpen={dialog === "create"} onClose={() => setDialog(null)} term="" />
      <JoinCourseDialog isOpen={dialog === "join"} onClose={() => setDialog(null)} />
    </EmptyState>
  );
}
