/** What the operations take and give, as the server declares it: the one place that looks across to it, types only. */
import type {
  CommandName as AnyCommandName,
  ReadName as AnyReadName,
  FileLink,
  InputOf,
  OutputOf,
} from "../../src/app/client-types.ts";

export type ReadName = AnyReadName;
export type CommandName = AnyCommandName;
export type ReadInput<Name extends ReadName> = InputOf<Name>;
export type CommandInput<Name extends CommandName> = InputOf<Name>;
export type CommandOutput<Name extends CommandName> = OutputOf<Name>;
/** Over HTTP a file comes as a link to its bytes. */
export type ReadOutput<Name extends ReadName> = Name extends
  | "materials.getCourseMaterial"
  | "materials.getCaptions"
  | "assignments.downloadSubmission"
  | "assignments.downloadAssignmentAttachment"
  | "assignments.downloadFeedbackFile"
  | "queries.getAttachment"
  | "courses.getAnnouncementFile"
  | "assignments.downloadDraftFile"
  ? FileLink
  : Name extends
        | "assignments.downloadSubmissions"
        | "materials.downloadMaterials"
        | "identity.getPersonExport"
    ? OutputOf<Name> & { readonly url: string }
    : OutputOf<Name>;

type ItemOf<Name extends ReadName> = OutputOf<Name> extends { items: (infer Item)[] } ? Item : never;

export type ClusterState = OutputOf<"cluster.getCluster">;
export type School = OutputOf<"identity.getSchool">;
export type Person = ItemOf<"identity.listPeople">;
export type SchoolRole = Person["roles"][number];
export type Course = OutputOf<"courses.getCourse">;
export type Enrolment = ItemOf<"courses.listEnrolments">;
export type CourseRole = Enrolment["role"];
export type Announcement = ItemOf<"courses.listAnnouncements">;
export type Material = OutputOf<"materials.getMaterial">;
export type MaterialFile = NonNullable<Material["file"]>;
export type Outline = OutputOf<"courses.getOutline">;
export type Assignment = OutputOf<"assignments.getAssignment">;
export type SubmissionReceipt = OutputOf<"assignments.submitAssignment">;
export type DatesPreview = OutputOf<"assignments.previewDates">;
export type Extension = OutputOf<"assignments.grantExtension">;
export type MySubmission = OutputOf<"assignments.getMySubmission">;
export type SubmittedWork = OutputOf<"assignments.getSubmittedAssignment">["blobs"][string];
export type SubmissionToGrade = OutputOf<"assignments.getSubmission">;
export type Rubric = OutputOf<"assignments.setRubric">;
export type Appeal = OutputOf<"assignments.openAppeal">;
export type RosterLine = ItemOf<"assignments.listSubmissions">;
export type GradeEntry = ItemOf<"assignments.getGrades">;
export type Grade = GradeEntry["grade"];
export type Query = ItemOf<"queries.getQueries">;
export type SearchResult = ItemOf<"search.search">;
export type SearchPlace = SearchResult["places"][number];
export type QueryThread = OutputOf<"queries.getQuery">;
