/** Every page by its address. Pages are loaded when they are opened first, and while the pointer rests on a link. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  lazyRouteComponent,
  Outlet,
} from "@tanstack/react-router";
import { accessAddress } from "../access/thing-address.ts";
import { JoinCoursePage } from "../courses/join-course.tsx";
import { CoursesPage } from "../courses/list-courses.tsx";
import { readMergeAddress } from "../identity/merge-address.ts";
import { readPeopleAddress } from "../identity/people-address.ts";
import { isSearchKind, type SearchAddress } from "../search/search-address.ts";
import { auditAddress } from "../system/audit-address.ts";
import { ErrorNotice } from "../ui/notice.tsx";
import { PageHead, Skeleton } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { Frame } from "./frame.tsx";
import { Home } from "./home.tsx";

const root = createRootRoute({ component: Outlet, notFoundComponent: Lost });

const setUp = createRoute({
  getParentRoute: () => root,
  path: "set-up",
  component: lazyRouteComponent(() => import("../identity/set-up-school.tsx"), "SetUpPage"),
});
const invitation = createRoute({
  getParentRoute: () => root,
  path: "invitation",
  component: lazyRouteComponent(() => import("../identity/accept-invitation.tsx"), "InvitationPage"),
});

const unsubscribe = createRoute({
  getParentRoute: () => root,
  path: "unsubscribe",
  component: lazyRouteComponent(() => import("../notices/unsubscribe.tsx"), "UnsubscribePage"),
});
const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: "forgot-password",
  component: lazyRouteComponent(() => import("../identity/forgot-password.tsx"), "ForgotPasswordPage"),
});
const resetPassword = createRoute({
  getParentRoute: () => root,
  path: "reset-password",
  component: lazyRouteComponent(() => import("../identity/reset-password.tsx"), "ResetPasswordPage"),
});
const confirmEmail = createRoute({
  getParentRoute: () => root,
  path: "confirm-address",
  component: lazyRouteComponent(() => import("../identity/confirm-email.tsx"), "ConfirmEmailPage"),
});

const enrol = createRoute({
  getParentRoute: () => root,
  path: "enrol",
  component: lazyRouteComponent(() => import("../courses/open-course-link.tsx"), "EnrolPage"),
});

const frame = createRoute({ getParentRoute: () => root, id: "frame", component: Frame });
/** Pages of the usual width; the reader and grading take all of it. */
const column = createRoute({ getParentRoute: () => frame, id: "column", component: Column });
const home = createRoute({ getParentRoute: () => column, path: "/", component: Home });
const account = createRoute({
  getParentRoute: () => column,
  path: "account",
  component: lazyRouteComponent(() => import("../identity/account.tsx"), "AccountPage"),
});
const people = createRoute({
  getParentRoute: () => column,
  path: "people",
  validateSearch: readPeopleAddress,
  component: lazyRouteComponent(() => import("../identity/list-people.tsx"), "PeoplePage"),
});
const peopleImports = createRoute({
  getParentRoute: () => column,
  path: "people/imports",
  component: lazyRouteComponent(() => import("../identity/import-people.tsx"), "ImportPeoplePage"),
});
const peopleImport = createRoute({
  getParentRoute: () => column,
  path: "people/imports/$importId",
  component: lazyRouteComponent(() => import("../identity/get-people-import.tsx"), "PeopleImportPage"),
});
const person = createRoute({
  getParentRoute: () => column,
  path: "people/$personId",
  component: lazyRouteComponent(() => import("../identity/get-person.tsx"), "PersonPage"),
});
const mergePeople = createRoute({
  getParentRoute: () => column,
  path: "people/$personId/merge",
  validateSearch: readMergeAddress,
  component: lazyRouteComponent(() => import("../identity/merge-people.tsx"), "MergePeoplePage"),
});
const school = createRoute({
  getParentRoute: () => column,
  path: "school",
  component: lazyRouteComponent(() => import("../identity/update-school.tsx"), "SchoolPage"),
});
const jobs = createRoute({
  getParentRoute: () => column,
  path: "jobs",
  component: lazyRouteComponent(() => import("../system/list-jobs.tsx"), "JobsPage"),
});
const audit = createRoute({
  getParentRoute: () => column,
  path: "audit",
  validateSearch: auditAddress,
  component: lazyRouteComponent(() => import("../system/list-audit-entries.tsx"), "AuditPage"),
});
const access = createRoute({
  getParentRoute: () => column,
  path: "access",
  validateSearch: accessAddress,
  component: lazyRouteComponent(() => import("../access/explain-access.tsx"), "AccessPage"),
});
const cluster = createRoute({
  getParentRoute: () => column,
  path: "cluster",
  component: lazyRouteComponent(() => import("../cluster/get-cluster.tsx"), "ClusterPage"),
});
const observedStudent = createRoute({
  getParentRoute: () => column,
  path: "students/$studentId",
  component: lazyRouteComponent(() => import("../observers/get-observed-student.tsx"), "ObservedStudentPage"),
});
const observedCourse = createRoute({
  getParentRoute: () => column,
  path: "students/$studentId/courses/$studiedCourseId",
  component: lazyRouteComponent(() => import("../observers/observed-course.tsx"), "ObservedCoursePage"),
});
const courses = createRoute({
  getParentRoute: () => column,
  path: "courses",
  component: CoursesPage,
});
const terms = createRoute({
  getParentRoute: () => column,
  path: "terms",
  component: lazyRouteComponent(() => import("../courses/list-terms.tsx"), "TermsPage"),
});
const trash = createRoute({
  getParentRoute: () => column,
  path: "trash",
  component: lazyRouteComponent(() => import("../courses/list-trashed-courses.tsx"), "TrashPage"),
});
const storage = createRoute({
  getParentRoute: () => column,
  path: "storage",
  component: lazyRouteComponent(() => import("../courses/list-course-storage.tsx"), "StoragePage"),
});
const courseSettings = createRoute({
  getParentRoute: () => column,
  path: "courses/$courseId/settings",
  component: lazyRouteComponent(() => import("../courses/course-settings.tsx"), "CourseSettingsPage"),
});
const courseCopy = createRoute({
  getParentRoute: () => column,
  path: "courses/$courseId/copy",
  validateSearch: (search: Readonly<Record<string, unknown>>): { copy?: string } =>
    typeof search.copy === "string" ? { copy: search.copy } : {},
  component: lazyRouteComponent(() => import("../courses/copy-course.tsx"), "CopyCoursePage"),
});
const calendar = createRoute({
  getParentRoute: () => column,
  path: "calendar",
  validateSearch: (given: Readonly<Record<string, unknown>>): CalendarSearch => ({
    ...(typeof given.view === "string" ? { view: given.view } : {}),
    ...(typeof given.day === "string" ? { day: given.day } : {}),
    ...(typeof given.course === "string" ? { course: given.course } : {}),
  }),
  component: lazyRouteComponent(() => import("../calendar/get-calendar.tsx"), "CalendarPage"),
});
const join = createRoute({
  getParentRoute: () => column,
  path: "join",
  validateSearch: (search: Readonly<Record<string, unknown>>): { code?: string } =>
    search.code === undefined ? {} : { code: String(search.code).slice(0, 40) },
  component: JoinCoursePage,
});
const queries = createRoute({
  getParentRoute: () => column,
  path: "queries",
  component: lazyRouteComponent(() => import("../queries/get-queries.tsx"), "QueriesPage"),
});
const search = createRoute({
  getParentRoute: () => column,
  path: "search",
  validateSearch: (given: Readonly<Record<string, unknown>>): SearchAddress => ({
    ...(given.q === undefined ? {} : { q: String(given.q) }),
    ...(isSearchKind(given.kind) ? { kind: given.kind } : {}),
    ...(typeof given.course === "string" ? { course: given.course } : {}),
  }),
  component: lazyRouteComponent(() => import("../search/search.tsx"), "SearchPage"),
});
const notices = createRoute({
  getParentRoute: () => column,
  path: "notices",
  component: lazyRouteComponent(() => import("../notices/list-notices.tsx"), "NoticesPage"),
});
const noticePreferences = createRoute({
  getParentRoute: () => column,
  path: "notices/preferences",
  component: lazyRouteComponent(() => import("../notices/notice-preferences.tsx"), "NoticePreferencesPage"),
});
const course = createRoute({
  getParentRoute: () => column,
  path: "courses/$courseId",
  component: lazyRouteComponent(() => import("../courses/get-course.tsx"), "CoursePage"),
});
const contents = createRoute({
  getParentRoute: () => course,
  path: "/",
  component: lazyRouteComponent(() => import("../materials/get-course-contents.tsx"), "ContentsPage"),
});
const reading = createRoute({
  getParentRoute: () => course,
  path: "reading",
  component: lazyRouteComponent(() => import("../materials/readers.tsx"), "ReadersPage"),
});
const editPage = createRoute({
  getParentRoute: () => column,
  path: "courses/$courseId/materials/$materialId/edit",
  component: lazyRouteComponent(() => import("../materials/edit-page.tsx"), "EditPagePage"),
});
const announcements = createRoute({
  getParentRoute: () => course,
  path: "announcements",
  component: lazyRouteComponent(() => import("../courses/list-announcements.tsx"), "AnnouncementsPage"),
});
const announcement = createRoute({
  getParentRoute: () => course,
  path: "announcements/$announcementId",
  component: lazyRouteComponent(() => import("../courses/get-announcement.tsx"), "AnnouncementPage"),
});
const assignments = createRoute({
  getParentRoute: () => course,
  path: "assignments",
  component: lazyRouteComponent(() => import("../assignments/list-assignments.tsx"), "AssignmentsPage"),
});
const courseQueries = createRoute({
  getParentRoute: () => course,
  path: "queries",
  component: lazyRouteComponent(() => import("../queries/get-queries.tsx"), "CourseQueriesPage"),
});
const coursePeople = createRoute({
  getParentRoute: () => course,
  path: "people",
  component: lazyRouteComponent(() => import("../courses/list-enrolments.tsx"), "CoursePeoplePage"),
});
const rosterImports = createRoute({
  getParentRoute: () => course,
  path: "people/imports",
  component: lazyRouteComponent(() => import("../courses/import-roster.tsx"), "ImportRosterPage"),
});
const rosterImport = createRoute({
  getParentRoute: () => course,
  path: "people/imports/$importId",
  component: lazyRouteComponent(() => import("../courses/get-roster-import.tsx"), "RosterImportPage"),
});
const groups = createRoute({
  getParentRoute: () => course,
  path: "groups",
  component: lazyRouteComponent(() => import("../courses/list-groups.tsx"), "GroupsPage"),
});
const grades = createRoute({
  getParentRoute: () => course,
  path: "grades",
  component: lazyRouteComponent(() => import("../grades/get-gradebook.tsx"), "GradesPage"),
});
const gradingScheme = createRoute({
  getParentRoute: () => course,
  path: "grades/scheme",
  component: lazyRouteComponent(() => import("../grades/update-grading-scheme.tsx"), "GradingSchemePage"),
});
const progress = createRoute({
  getParentRoute: () => course,
  path: "progress",
  component: lazyRouteComponent(() => import("../progress/get-course-progress.tsx"), "ProgressPage"),
});
const studentProgress = createRoute({
  getParentRoute: () => course,
  path: "progress/$studentId",
  component: lazyRouteComponent(() => import("../progress/get-course-progress.tsx"), "StudentProgressPage"),
});
const gradeImport = createRoute({
  getParentRoute: () => course,
  path: "grades/imports/$importId",
  component: lazyRouteComponent(() => import("../grades/get-grade-import.tsx"), "GradeImportPage"),
});
const ask = createRoute({
  getParentRoute: () => column,
  path: "courses/$courseId/queries/new",
  validateSearch: (search: Readonly<Record<string, unknown>>): AskSearch => ({
    ...(typeof search.materialId === "string" ? { materialId: search.materialId } : {}),
    ...(typeof search.page === "number" ? { page: search.page } : {}),
    ...(typeof search.assignmentId === "string" ? { assignmentId: search.assignmentId } : {}),
  }),
  component: lazyRouteComponent(() => import("../queries/create-query.tsx"), "AskPage"),
});
const query = createRoute({
  getParentRoute: () => column,
  path: "courses/$courseId/queries/$queryId",
  component: lazyRouteComponent(() => import("../queries/get-query.tsx"), "QueryPage"),
});
const assignment = createRoute({
  getParentRoute: () => column,
  path: "courses/$courseId/assignments/$assignmentId",
  component: lazyRouteComponent(() => import("../assignments/get-assignment.tsx"), "AssignmentPage"),
});

const material = createRoute({
  getParentRoute: () => frame,
  path: "courses/$courseId/materials/$materialId",
  component: lazyRouteComponent(() => import("../materials/get-course-material.tsx"), "MaterialPage"),
});

const submissions = createRoute({
  getParentRoute: () => column,
  path: "courses/$courseId/assignments/$assignmentId/submissions",
  component: lazyRouteComponent(
    () => import("../assignments/get-submitted-assignment.tsx"),
    "SubmissionsPage",
  ),
});

const rubric = createRoute({
  getParentRoute: () => column,
  path: "courses/$courseId/assignments/$assignmentId/rubric",
  component: lazyRouteComponent(() => import("../assignments/edit-rubric.tsx"), "RubricPage"),
});

const grade = createRoute({
  getParentRoute: () => frame,
  path: "courses/$courseId/assignments/$assignmentId/grade",
  validateSearch: (search: Readonly<Record<string, unknown>>): { submission?: string } =>
    typeof search.submission === "string" ? { submission: search.submission } : {},
  component: lazyRouteComponent(() => import("../assignments/grade-submission.tsx"), "GradePage"),
});

const joinQr = createRoute({
  getParentRoute: () => frame,
  path: "courses/$courseId/qr",
  validateSearch: (search: Readonly<Record<string, unknown>>): { link?: string } =>
    typeof search.link === "string" ? { link: search.link } : {},
  component: lazyRouteComponent(() => import("../courses/join-qr.tsx"), "JoinQrPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    setUp,
    invitation,
    forgotPassword,
    resetPassword,
    confirmEmail,
    enrol,
    unsubscribe,
    frame.addChildren([
      column.addChildren([
        home,
        account,
        people,
        peopleImports,
        peopleImport,
        person,
        mergePeople,
        school,
        cluster,
        jobs,
        audit,
        access,
        observedStudent,
        observedCourse,
        courses,
        terms,
        trash,
        storage,
        courseSettings,
        courseCopy,
        join,
        calendar,
        queries,
        search,
        notices,
        noticePreferences,
        editPage,
        course.addChildren([
          contents,
          reading,
          announcements,
          announcement,
          assignments,
          courseQueries,
          coursePeople,
          rosterImports,
          rosterImport,
          groups,
          grades,
          gradingScheme,
          gradeImport,
          progress,
          studentProgress,
        ]),
        ask,
        query,
        assignment,
        submissions,
        rubric,
      ]),
      material,
      joinQr,
      grade,
    ]),
  ]),
  defaultPreload: "intent",
  // Data is kept by the query cache; the router only loads code.
  defaultPreloadStaleTime: 0,
  // The reader keeps its own place, by its page: the router would put an older one back.
  scrollRestoration: ({ location }) => !/\/(materials|grade)(\/|$)/.test(location.pathname),
  defaultPendingComponent: Pending,
  defaultErrorComponent: Stumbled,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

/** What of the calendar is looked at. */
interface CalendarSearch {
  readonly view?: string;
  readonly day?: string;
  readonly course?: string;
}

/** What a query is about, when one asks from a reading or an assignment. */
interface AskSearch {
  readonly materialId?: string;
  readonly page?: number;
  readonly assignmentId?: string;
}

function Pending() {
  return <Skeleton lines={4} />;
}

function Column() {
  return (
    <div className="page">
      <Outlet />
    </div>
  );
}

function Lost() {
  const text = useText();
  return (
    <main className="page">
      <PageHead title={text("lost.title")} />
      <p className="prose">{text("lost.hint")}</p>
      <Link to="/">{text("lost.home")}</Link>
    </main>
  );
}

function Stumbled({ error }: { readonly error: unknown }) {
  const text = useText();
  return (
    <div className="page stack">
      <PageHead title={text("crash.title")} />
      <ErrorNotice error={error} onRetry={() => location.reload()} />
    </div>
  );
}
