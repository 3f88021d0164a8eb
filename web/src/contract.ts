/** What the operations take and give, as the pages use it. */
export interface FileReference {
  fileName: string;
  mediaType: string;
  bytes: number;
  sha256: string;
}
export type SchoolRole = "admin" | "instructor" | "student";
export type CourseRole = "instructor" | "teaching_assistant" | "student" | "observer";
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}
export interface School {
  name: string;
  isSetUp: boolean;
  isDemo: boolean;
  instructorsCreateCourses: boolean;
  demoAccounts: { name: string; email: string; roles: SchoolRole[] }[];
  version: number;
}
export interface Person {
  id: string;
  name: string;
  email: string;
  roles: SchoolRole[];
  active: boolean;
  hasJoined: boolean;
  addedAt: number;
}
export interface Session {
  id: string;
  scope: "full" | "student" | "faculty";
  device: string;
  place: string;
  openedAt: number;
  renewedAt: number;
  expiresAt: number;
  endsAt: number;
}
export interface AccessToken {
  id: string;
  name: string;
  scope: string;
  lastFour: string;
  createdAt: number;
  expiresAt: number;
}
export interface Course {
  courseId: string;
  code: string;
  term: string;
  title: string;
  summary: string;
  myRole: CourseRole | null;
  mayTeach: boolean;
  mayManage: boolean;
  joinCode: string | null;
  version: number;
  createdAt: number;
  updatedAt: number;
}
export interface Enrolment {
  enrolmentId: string;
  courseId: string;
  personId: string;
  name: string;
  email: string;
  role: CourseRole;
  origin: string;
  since: number;
  endedAt: number | null;
}
export interface Material {
  materialId: string;
  courseId: string;
  title: string;
  description: string;
  state: "draft" | "published";
  order: number;
  file: FileReference;
  pages: number | null;
  version: number;
  createdAt: number;
  updatedAt: number;
  removedAt: number | null;
}
export interface Assignment {
  assignmentId: string;
  courseId: string;
  title: string;
  instructions: string;
  pointsMax: number;
  dueAt: number | null;
  isPastDue: boolean;
  state: "draft" | "published";
  version: number;
  createdAt: number;
  updatedAt: number;
}
export interface SubmissionReceipt {
  submissionId: string;
  assignmentId: string;
  attempt: number;
  fileName: string;
  bytes: number;
  sha256: string;
  receivedAt: number;
  late: boolean;
}
export interface Grade {
  points: number;
  pointsMax: number;
  feedback: string;
  attempt: number;
  gradedBy: { personId: string; name: string };
  gradedAt: number;
  releasedAt: number | null;
}
export interface MySubmission {
  submissionId: string;
  assignmentId: string;
  attempts: { attempt: number; file: FileReference; receivedAt: number; late: boolean }[];
  grade: Grade | null;
}
export interface SubmittedWork {
  submissionId: string;
  studentId: string;
  studentName: string;
  attempt: number;
  file: FileReference;
  receivedAt: number;
  late: boolean;
  grade: Grade | null;
  version: number;
}
export interface GradeEntry {
  assignmentId: string;
  assignmentTitle: string;
  submissionId: string;
  studentId: string;
  studentName: string;
  grade: Grade;
}
export interface Query {
  queryId: string;
  courseId: string;
  asker: { personId: string; name: string };
  materialId: string | null;
  page: number | null;
  assignmentId: string | null;
  title: string;
  body: string;
  state: "open" | "answered" | "closed";
  waitingSince: number | null;
  answerCount: number;
  createdAt: number;
  updatedAt: number;
}
export interface Answer {
  answerId: string;
  author: { personId: string; name: string };
  body: string;
  createdAt: number;
}
type None = Record<string, never>;
interface Paging {
  limit?: number;
  cursor?: string;
}
interface SignedIn {
  session: Session;
  person: Person;
  deviceToken: string;
}
export interface Reads {
  "identity.getSchool": [None, School];
  "identity.whoAmI": [None, { person: Person; roles: SchoolRole[]; scope: string; session: Session | null }];
  "identity.listSessions": [Paging, Page<Session & { isCurrent: boolean }>];
  "identity.listAccessTokens": [Paging, Page<AccessToken>];
  "identity.listPeople": [Paging & { search?: string; role?: SchoolRole; active?: boolean }, Page<Person>];
  "courses.listCourses": [Paging & { view?: "mine" | "all" }, Page<Course>];
  "courses.getCourse": [{ courseId: string }, Course];
  "courses.listEnrolments": [Paging & { courseId: string }, Page<Enrolment>];
  "materials.getCourseContents": [Paging & { courseId: string }, Page<Material>];
  "materials.getMaterial": [{ materialId: string }, Material];
  "materials.getCourseMaterial": [{ materialId: string }, FileReference & { url: string }];
  "assignments.listAssignments": [Paging & { courseId: string }, Page<Assignment>];
  "assignments.getAssignment": [{ assignmentId: string }, Assignment];
  "assignments.getMySubmission": [{ assignmentId: string }, MySubmission | null];
  "assignments.getSubmittedAssignment": [
    Paging & { assignmentId: string },
    { assignment: Assignment; blobs: Record<string, SubmittedWork>; nextCursor: string | null },
  ];
  "assignments.downloadSubmission": [
    { submissionId: string; attempt?: number },
    FileReference & { url: string },
  ];
  "assignments.getGrades": [Paging & { courseId: string }, Page<GradeEntry>];
  "queries.getQueries": [Paging & { courseId?: string; state?: Query["state"] }, Page<Query>];
  "queries.getQuery": [{ queryId: string }, { query: Query; answers: Answer[] }];
}
export interface Commands {
  "identity.setUpSchool": [
    { setUpToken: string; schoolName: string; name: string; email: string; password: string },
    SignedIn,
  ];
  "identity.updateSchool": [{ version: number; name?: string; instructorsCreateCourses?: boolean }, unknown];
  "identity.signIn": [{ email: string; password: string; deviceToken?: string }, SignedIn];
  "identity.logout": [None, unknown];
  "identity.renewSession": [None, unknown];
  "identity.revokeSession": [{ sessionId: string }, unknown];
  "identity.changePassword": [{ currentPassword: string; newPassword: string }, { sessionsEnded: number }];
  "identity.createAccessToken": [
    { name: string; expiresInDays?: number },
    { accessToken: AccessToken; secret: string },
  ];
  "identity.revokeAccessToken": [{ accessTokenId: string }, unknown];
  "identity.addPerson": [
    { name: string; email: string; roles: SchoolRole[] },
    { person: Person; invitationLink: string },
  ];
  "identity.reissueInvitation": [{ personId: string }, { invitationLink: string }];
  "identity.getInvitation": [
    { invitationToken: string },
    { schoolName: string; name: string; email: string; expiresAt: number },
  ];
  "identity.acceptInvitation": [{ invitationToken: string; password: string }, SignedIn];
  "identity.setPersonActive": [{ personId: string; active: boolean }, Person];
  "courses.createCourse": [{ code: string; title: string; term: string; summary: string }, Course];
  "courses.updateCourse": [
    { courseId: string; version: number; code?: string; title?: string; term?: string; summary?: string },
    Course,
  ];
  "courses.joinCourse": [{ joinCode: string }, Course];
  "courses.renewJoinCode": [{ courseId: string }, Course];
  "courses.enrolPerson": [{ courseId: string; email: string; role: CourseRole }, Enrolment];
  "courses.endEnrolment": [{ enrolmentId: string }, unknown];
  "materials.courseMaterialUpload": [
    { courseId: string; title: string; description?: string; uploadId: string; published?: boolean },
    Material,
  ];
  "materials.updateMaterial": [
    { materialId: string; version: number; title?: string; description?: string; published?: boolean },
    Material,
  ];
  "materials.removeMaterial": [{ materialId: string }, unknown];
  "materials.restoreMaterial": [{ materialId: string }, unknown];
  "assignments.createAssignment": [
    {
      courseId: string;
      title: string;
      instructions: string;
      pointsMax: number;
      dueAt: number | null;
      published?: boolean;
    },
    Assignment,
  ];
  "assignments.updateAssignment": [
    {
      assignmentId: string;
      version: number;
      title?: string;
      instructions?: string;
      pointsMax?: number;
      dueAt?: number | null;
      published?: boolean;
    },
    Assignment,
  ];
  "assignments.submitAssignment": [{ assignmentId: string; uploadId: string }, SubmissionReceipt];
  "assignments.gradeSubmission": [
    { submissionId: string; points: number; feedback: string; version: number },
    SubmittedWork,
  ];
  "assignments.releaseGrades": [{ assignmentId: string; submissionIds?: string[] }, unknown];
  "queries.createQuery": [
    {
      courseId: string;
      title: string;
      body: string;
      materialId?: string;
      page?: number;
      assignmentId?: string;
    },
    Query,
  ];
  "queries.answerQuery": [{ queryId: string; body: string }, unknown];
  "queries.closeQuery": [{ queryId: string }, unknown];
  "queries.reopenQuery": [{ queryId: string }, unknown];
}
export type ReadName = keyof Reads;
export type CommandName = keyof Commands;
export type ReadInput<Name extends ReadName> = Reads[Name][0];
export type ReadOutput<Name extends ReadName> = Reads[Name][1];
export type CommandInput<Name extends CommandName> = Commands[Name][0];
export type CommandOutput<Name extends CommandName> = Commands[Name][1];
