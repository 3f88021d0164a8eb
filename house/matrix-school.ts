/** The school on which the authorization matrix is decided: one course with everything in it, and everyone around it. */
import type { JsonObject } from "#base/json.ts";
import { seededRandom } from "#base/random.ts";
import { type Actor, anonymous } from "#kernel/actor.ts";
import type { TestKernel } from "#kernel/testing.ts";
import { createAuthenticator } from "#slices/identity/api.ts";
import {
  type BuiltPerson,
  buildPerson,
  buildSchool,
  fixturePassword,
  matrixInputs as identityInputs,
} from "#slices/identity/fixtures.ts";

export interface MatrixSchool {
  /** By the name of the column. */
  readonly actors: Readonly<Record<string, Actor>>;
  /** The people behind the actors. */
  readonly people: Readonly<Record<string, BuiltPerson>>;
  /** By the operation's name; the rows say what each input is about where that matters. */
  readonly inputs: Readonly<Record<string, () => JsonObject>>;
  /** Further rows, for the same operation on something in another state. */
  readonly furtherRows: readonly {
    readonly operation: string;
    readonly about: string;
    readonly input: JsonObject;
  }[];
  /** Moves the course on: `courses.archiveCourse`, `courses.trashCourse`. */
  readonly moveOn: (operation: string) => Promise<unknown>;
}

export async function buildMatrixSchool(kernel: TestKernel): Promise<MatrixSchool> {
  const school = await buildSchool(kernel);
  const random = seededRandom(7);
  const person = (name: string, role: "instructor" | "student") =>
    buildPerson(kernel, { name, email: `${name.toLowerCase()}@lindenhof.example`, roles: [role] }, random);
  const assistant = await person("Tess", "student");
  const observer = await person("Olga", "student");
  // Teaches this course and studies in the school: what a session of scope `student` may do must follow the scope.
  const double = await buildPerson(
    kernel,
    { name: "Dora", email: "dora@lindenhof.example", roles: ["instructor", "student"] },
    random,
  );

  const { instructor, student, otherStudent } = school;
  const make = (name: string, by: BuiltPerson, input: JsonObject) =>
    kernel.must<Record<string, string>>(by.token, name, input);
  const { courseId = "" } = await make("courses.createCourse", instructor, course("BIO-1"));
  const enrol = (who: BuiltPerson, role: string) =>
    make("courses.enrolPerson", instructor, { courseId, email: who.email, role });
  const { enrolmentId = "" } = await enrol(student, "student");
  await enrol(otherStudent, "student");
  await enrol(assistant, "teaching_assistant");
  await enrol(observer, "observer");
  await enrol(double, "instructor");
  await make("courses.createCourse", school.otherInstructor, course("CHEM-1"));

  const { linkId: observerLinkId = "" } = await make("observers.linkObserver", school.admin, {
    observerId: observer.id,
    studentId: student.id,
  });
  const { pairingCode } = await kernel.must<{ pairingCode: { pairingCodeId: string } }>(
    student.token,
    "observers.createPairingCode",
    {},
  );

  const { announcementId = "" } = await make("courses.postAnnouncement", instructor, {
    courseId,
    title: "Hello",
  });

  const { announcementId: scheduledId = "" } = await make("courses.postAnnouncement", instructor, {
    ...{ courseId, title: "Later", publishAt: kernel.clock.now() + 86_400_000 },
  });
  const { copyId = "" } = await make("courses.copyCourse", instructor, {
    courseId,
    code: "BIO-COPY",
    term: "Autumn 2027",
  });
  const { sectionId = "" } = await make("courses.createSection", instructor, { courseId, title: "Near" });
  const { moduleId = "" } = await make("courses.createModule", instructor, {
    courseId,
    sectionId,
    title: "Cells",
  });
  const { moduleId: draftModuleId = "" } = await make("courses.createModule", instructor, {
    courseId,
    title: "Draft",
    published: false,
  });
  const { groupSetId = "" } = await make("courses.createGroupSet", instructor, {
    courseId,
    name: "Lab groups",
    groupCount: 1,
    signUp: true,
  });
  const groups = await kernel.must<{ items: { groupId: string }[] }>(instructor.token, "courses.listGroups", {
    groupSetId,
  });
  const { groupId } = groups.items[0] ?? { groupId: "" };

  const { linkId: courseLinkId } = (
    await kernel.must<{ link: { linkId: string } }>(instructor.token, "courses.createCourseLink", {
      courseId,
      label: "For guests",
    })
  ).link;
  const { importId = "" } = await make("courses.uploadRoster", instructor, {
    courseId,
    uploadId: await kernel.upload(
      `person:${instructor.id}`,
      "members.csv",
      new TextEncoder().encode("email\n"),
    ),
  });

  const lectures = await kernel.must<{ items: { eventId: string }[] }>(
    instructor.token,
    "calendar.createEvent",
    { courseId, title: "Lecture 1", startsAt: 1_000, endsAt: 2_000 },
  );
  const { eventId } = lectures.items[0] ?? { eventId: "" };

  const upload = (by: BuiltPerson) =>
    kernel.upload(`person:${by.id}`, "notes.txt", new TextEncoder().encode("Cells are small."));
  const { fileId = "" } = await make("courses.addAnnouncementFile", instructor, {
    courseId,
    uploadId: await upload(instructor),
  });
  await make("courses.updateAnnouncement", instructor, { announcementId, version: 1, fileIds: [fileId] });
  const material = async (published: boolean) =>
    (
      await make("materials.courseMaterialUpload", instructor, {
        courseId,
        title: published ? "Cells" : "Draft",
        published,
        uploadId: await upload(instructor),
      })
    ).materialId ?? "";
  const [materialId, draftMaterialId] = [await material(true), await material(false)];
  const { materialId: pageId = "" } = await make("materials.createPage", instructor, {
    ...{ courseId, title: "A page", published: true },
  });
  const { materialId: linkId = "" } = await make("materials.addLink", instructor, {
    ...{ courseId, title: "A link", url: "https://sky.example/", published: true },
  });
  const assignment = async (published: boolean) =>
    (
      await make("assignments.createAssignment", instructor, {
        courseId,
        title: published ? "Draw a cell" : "Draft",
        pointsMax: 10,
        dueAt: null,
        published,
      })
    ).assignmentId ?? "";
  const [assignmentId, draftAssignmentId] = [await assignment(true), await assignment(false)];
  const { submissionId = "" } = await make("assignments.submitAssignment", student, {
    assignmentId,
    uploadId: await upload(student),
  });
  const { attachmentId: sheetId = "" } = await make("assignments.addAssignmentAttachment", instructor, {
    assignmentId,
    uploadId: await upload(instructor),
  });
  const gradedAssignmentId = await assignment(true);
  const { submissionId: gradedSubmissionId = "" } = await make("assignments.submitAssignment", student, {
    assignmentId: gradedAssignmentId,
    uploadId: await upload(student),
  });
  const { feedbackFileId = "" } = await make("assignments.addFeedbackFile", instructor, {
    submissionId: gradedSubmissionId,
    uploadId: await upload(instructor),
  });
  await make("assignments.gradeSubmission", instructor, {
    submissionId: gradedSubmissionId,
    points: 5,
    version: 1,
  });
  await make("assignments.releaseGrades", instructor, { assignmentId: gradedAssignmentId });
  const { appealId = "" } = await make("assignments.openAppeal", student, {
    submissionId: gradedSubmissionId,
    reason: "I see it differently.",
  });
  const { commentId = "" } = await make("assignments.saveGradingComment", instructor, { text: "Well done." });
  const { extensionId = "" } = await make("assignments.grantExtension", instructor, {
    assignmentId,
    studentId: student.id,
    extraAttempts: 1,
  });
  const { queryId = "" } = await make("queries.createQuery", student, {
    courseId,
    title: "Why?",
    body: "Why?",
  });
  const { columnId = "" } = await make("grades.addGradeColumn", instructor, {
    courseId,
    title: "Oral",
    pointsMax: 10,
  });
  const { importId: gradeImportId = "" } = await make("grades.uploadGradeImport", instructor, {
    courseId,
    uploadId: await upload(instructor),
  });
  const { queryId: classQueryId = "" } = await make("queries.createQuery", student, {
    courseId,
    title: "When?",
    body: "When?",
    visibility: "class",
  });
  const { answers } = await kernel.must<{ answers: { answerId: string }[] }>(
    otherStudent.token,
    "queries.answerQuery",
    { queryId: classQueryId, body: "Then." },
  );
  const answerId = answers[0]?.answerId ?? "";
  const { attachmentId = "" } = await make("queries.addAttachment", student, {
    courseId,
    uploadId: await upload(student),
  });
  const { token: studentScope } = await kernel.must<{ token: string }>(null, "identity.studentLogin", {
    email: double.email,
    password: fixturePassword,
  });

  const actorOf = async (token: string) => {
    const now = kernel.clock.now();
    const authenticator = createAuthenticator(kernel.tokens);
    const claims = await authenticator.verify(token, now);
    return (await kernel.kernel.store.read(async (database) => authenticator.actorOf(database, claims, now)))
      .value;
  };
  const owned = {
    courses: {
      createCourse: course("NEW-1"),
      updateCourse: { courseId, version: 1, title: "Biology" },
      listCourses: {},
      getCourse: { courseId },
      joinCourse: { joinCode: "XXXXXXXX" },
      renewJoinCode: { courseId },
      enrolPerson: { courseId, email: school.thirdStudent.email, role: "student" },
      listEnrolments: { courseId },
      endEnrolment: { enrolmentId },
      postAnnouncement: { courseId, title: "Tomorrow in room 204" },
      removeAnnouncement: { announcementId },
      listAnnouncements: { courseId },
      getAnnouncement: { announcementId },
      updateAnnouncement: { announcementId, version: 1, title: "Hello!" },
      markAnnouncementsRead: { courseId },
      countUnreadAnnouncements: { courseId },
      listAnnouncementReaders: { announcementId },
      addAnnouncementFile: { courseId, uploadId: "any" },
      getAnnouncementFile: { fileId },
      viewAsStudent: { courseId, personId: student.id },
      previewAsStudent: { courseId },
      createSection: { courseId, title: "Far" },
      updateSection: { sectionId, version: 1, title: "Nearer" },
      moveSection: { sectionId, afterSectionId: null },
      removeSection: { sectionId },
      createModule: { courseId, title: "Plants" },
      updateModule: { moduleId, version: 1, title: "Cells!" },
      moveModule: { moduleId, sectionId: null, afterModuleId: null },
      removeModule: { moduleId },
      restoreModule: { moduleId },
      getOutline: { courseId },
      createGroupSet: { courseId, name: "Pairs" },
      updateGroupSet: { groupSetId, version: 1, name: "Labs" },
      removeGroupSet: { groupSetId },
      listGroupSets: { courseId },
      addGroups: { groupSetId },
      renameGroup: { groupId, name: "Reds" },
      removeGroup: { groupId },
      listGroups: { groupSetId },
      listPeopleWithoutGroup: { groupSetId },
      setGroupOfPerson: { groupSetId, personId: student.id, groupId },
      distributeGroupMembers: { groupSetId },
      signUpForGroup: { groupId },
      leaveMyGroup: { groupSetId },
      publishCourse: { courseId },
      unpublishCourse: { courseId },
      archiveCourse: { courseId },
      reopenCourse: { courseId },
      trashCourse: { courseId },
      restoreCourse: { courseId },
      listTrashedCourses: {},
      previewCourseCopy: { courseId },
      copyCourse: { courseId, code: "BIO-1", term: "Spring 2027" },
      getCourseCopy: { copyId },
      getCourseStorage: { courseId },
      listCourseStorage: {},
      setStorageLimit: { courseId, bytesMax: 1_000_000_000 },
      listTerms: {},
      restoreEnrolment: { enrolmentId },
      setJoinCode: { courseId, on: true },
      createCourseLink: { courseId, label: "For guests" },
      showCourseLink: { linkId: courseLinkId },
      listCourseLinks: { courseId },
      revokeCourseLink: { linkId: courseLinkId },
      openCourseLink: { linkToken: "any" },
      joinByLink: { linkToken: "any" },
      uploadRoster: { courseId, uploadId: "any" },
      getRosterImport: { importId },
      listRosterImports: { courseId },
      listRosterRows: { importId },
      applyRoster: { importId },
      cancelRoster: { importId },
      getRosterReport: { importId },
      issueRosterInvitations: { importId },
      listGroupSetUses: { groupSetId },
      createTerm: { name: "Autumn 2026", firstDay: "2026-09-01", lastDay: "2027-01-31" },
      updateTerm: { termId: courseId, version: 1 },
      removeTerm: { termId: courseId },
    },
    materials: {
      courseMaterialUpload: { courseId, title: "More", uploadId: "any" },
      getCourseContents: { courseId },
      getMaterial: { materialId },
      getCourseMaterial: { materialId },
      updateMaterial: { materialId, version: 1, title: "Cells!" },
      removeMaterial: { materialId },
      restoreMaterial: { materialId },
      addLink: { courseId, title: "Stars", url: "https://stars.example/" },
      createPage: { courseId, title: "Welcome" },
      publishMaterials: { courseId, materialIds: [materialId], published: true },
      setMaterialRelease: { materialId, version: 1, availableUntil: 4_000_000_000_000 },
      moveMaterial: { materialId, moduleId: null },
      placeAssignment: { courseId, assignmentId },
      listPlacedAssignments: { courseId },
      replaceMaterialFile: { materialId, version: 1, uploadId: "an-upload" },
      changeLink: { materialId: linkId, version: 1, url: "https://moons.example/" },
      listMaterialRevisions: { materialId },
      restoreMaterialRevision: { materialId, version: 1, revision: 1 },
      getPage: { materialId: pageId },
      savePage: { materialId: pageId, baseRevision: 1, text: "Ahoy!" },
      savePageDraft: { materialId: pageId, baseRevision: 1, text: "Ahoy" },
      getPageDraft: { materialId: pageId },
      discardPageDraft: { materialId: pageId },
      addPageImage: { materialId: pageId, uploadId: "an-upload" },
      addCaptions: { materialId, language: "en", label: "English", uploadId: "an-upload" },
      removeCaptions: { materialId, captionId: "some-captions" },
      getCaptions: { materialId, captionId: "some-captions" },
      recordReading: { materialId, place: 2 },
      markMaterialRead: { materialId },
      listRecentReading: { courseId },
      listReaders: { materialId },
      listStudentReading: { courseId },
      listMaterialReaders: { courseId },
      downloadMaterials: { courseId },
      getMaterialDocument: { materialId },
    },
    assignments: {
      createAssignment: { courseId, title: "More", pointsMax: 5, dueAt: null },
      updateAssignment: { assignmentId, version: 1, title: "Draw!" },
      listAssignments: { courseId },
      getAssignment: { assignmentId },
      submitAssignment: { assignmentId, uploadId: "any" },
      previewDates: { assignmentId },
      grantExtension: { assignmentId, studentId: student.id, extraAttempts: 1 },
      revokeExtension: { extensionId, version: 1 },
      listExtensions: { assignmentId },
      saveDraft: { assignmentId, text: "Cells.", version: 0 },
      addDraftFile: { assignmentId, uploadId: "any" },
      removeDraftFile: { assignmentId, fileId: "any" },
      downloadDraftFile: { assignmentId, fileId: "any" },
      submitDraft: { assignmentId, version: 0 },
      withdrawSubmission: { assignmentId, attempt: 1 },
      verifyReceipt: { receipt: "any" },
      getMySubmission: { assignmentId },
      getSubmittedAssignment: { assignmentId },
      downloadSubmission: { submissionId },
      gradeSubmission: { submissionId, points: 7, feedback: "Good.", version: 1 },
      releaseGrades: { assignmentId },
      getGrades: { courseId },
      setRubric: { assignmentId, version: 0, criteria: [] },
      copyRubric: { assignmentId: draftAssignmentId, fromAssignmentId: assignmentId, version: 0 },
      getRubric: { assignmentId },
      previewRubric: { assignmentId },
      applyRubric: { assignmentId, version: 2 },
      discardRubric: { assignmentId, version: 2 },
      agreeGrade: { submissionId, points: 7, version: 1 },
      getGradeHistory: { submissionId },
      hideGrades: { assignmentId, submissionIds: [submissionId], reason: "A mistake." },
      getGradeRelease: { assignmentId },
      updateGrading: { assignmentId, version: 0, appealDays: 7 },
      getGrading: { assignmentId },
      showNames: { assignmentId, reason: "All are graded." },
      openAppeal: { submissionId: gradedSubmissionId, reason: "I see it differently." },
      answerAppeal: { appealId, version: 1, outcome: "unchanged", answer: "It stays." },
      reopenAppeal: { appealId, version: 1 },
      listAppeals: { assignmentId: gradedAssignmentId },
      addFeedbackFile: { submissionId, uploadId: "any" },
      removeFeedbackFile: { feedbackFileId },
      downloadFeedbackFile: { feedbackFileId },
      saveGradingComment: { text: "Name the weakest step." },
      listGradingComments: {},
      removeGradingComment: { commentId },
      listSubmissions: { assignmentId },
      getSubmission: { submissionId },
      downloadSubmissions: { assignmentId },
      listObservedWork: { courseId, studentId: student.id },
      addAssignmentAttachment: { assignmentId, uploadId: "any" },
      replaceAssignmentAttachment: { attachmentId: sheetId, version: 1, uploadId: "any" },
      removeAssignmentAttachment: { attachmentId: sheetId, version: 1 },
      downloadAssignmentAttachment: { attachmentId: sheetId },
    },
    calendar: {
      getCalendar: { from: 0, to: 1, courseId },
      createEvent: { courseId, title: "Lecture", startsAt: 1, endsAt: 2 },
      updateEvent: { eventId, version: 1, title: "Exam" },
      removeEvent: { eventId },
      getFeed: {},
      openFeed: {},
      closeFeed: {},
      readFeed: { token: "any" },
    },
    queries: {
      createQuery: { courseId, title: "How?", body: "How?" },
      getQueries: { courseId },
      getQuery: { queryId },
      answerQuery: { queryId, body: "Because." },
      closeQuery: { queryId },
      reopenQuery: { queryId },
      followUpQuery: { queryId, body: "And?" },
      askSameQuery: { queryId },
      endorseAnswer: { answerId },
      editQuery: { queryId, version: 1, body: "Why so?" },
      editAnswer: { answerId, version: 1, body: "Then!" },
      listRevisions: { queryId },
      setQueryVisibility: { queryId, visibility: "staff" },
      mergeQueries: { queryId, duplicateIds: [classQueryId] },
      unmergeQuery: { queryId },
      announceAnswering: { queryId },
      addAttachment: { courseId, uploadId: "any" },
      getAttachment: { attachmentId },
    },
    grades: {
      getGradebook: { courseId },
      listGradebookRows: { courseId },
      getStudentGrades: { courseId },
      updateGradingScheme: {
        ...{ courseId, version: 1, method: "points", missing: "zero", showsTotal: true },
        ...{ letters: [], categories: [] },
      },
      addGradeColumn: { courseId, title: "Taking part", pointsMax: 10 },
      updateGradeColumn: { courseId, columnId, counts: false },
      removeGradeColumn: { courseId, columnId },
      setGradeCells: {
        courseId,
        cells: [{ columnId, studentId: student.id, version: 1, points: 7, excused: false }],
      },
      listGradeChanges: { courseId, columnId, studentId: student.id },
      exportGradebook: { courseId },
      uploadGradeImport: { courseId, uploadId: "any" },
      getGradeImport: { importId: gradeImportId },
      listGradeImports: { courseId },
      listGradeImportCells: { importId: gradeImportId },
      resolveGradeConflicts: { importId: gradeImportId, choice: "here" },
      applyGradeImport: { importId: gradeImportId },
      cancelGradeImport: { importId: gradeImportId },
      getGradeImportReport: { importId: gradeImportId },
    },
    notices: {
      listNotices: {},
      countNotices: {},
      markNoticesRead: { noticeIds: [courseId] },
      getNoticePreferences: {},
      updateNoticePreferences: { version: 1, digestMinute: 60 },
      unsubscribe: { token: "any" },
    },
    observers: {
      createPairingCode: {},
      revokePairingCode: { pairingCodeId: pairingCode.pairingCodeId },
      redeemPairingCode: { code: "AAAAA-AAAAA" },
      linkObserver: { observerId: school.thirdStudent.id, studentId: student.id },
      endLink: { linkId: observerLinkId },
      getObservers: {},
      listObserved: {},
    },
    progress: {
      getToday: {},
      recordVisit: {},
      getCourseProgress: { courseId },
      listStudentProgress: { courseId },
      listObservedStudents: {},
      getObservedStudent: { studentId: student.id },
    },
    search: {
      search: { text: "cell" },
      rebuildIndex: {},
      findSimilar: { courseId, text: "Why are cells small?" },
      getIndexState: {},
    },
    system: {
      listJobs: {},
      retryJob: { jobId: courseId },
      cancelJob: { jobId: courseId },
      listAuditEntries: {},
      exportAuditEntries: {},
    },
    access: {
      explainAccess: { personId: student.id, kind: "material", id: materialId },
      listAccess: { kind: "material", id: materialId },
      explainOperation: { personId: student.id, operation: "courses.getCourse", input: "{}" },
    },
    cluster: {
      getLeader: {},
      getCluster: {},
      createJoinToken: {},
      removeNode: { nodeId: "4f2a9c01d7e3" },
      transferLeadership: { nodeId: null },
      writeProbe: { key: "check", value: "1" },
      readProbe: { key: "check" },
      admitNode: {
        token: "any",
        certificateRequest: "any",
        name: "node-2",
        peerAddress: "192.0.2.7:7400",
        httpUrl: null,
        grpcAddress: null,
        schemaKnown: 1,
      },
      addNode: { nodeId: "4f2a9c01d7e3" },
      keepAuthority: { sealed: "any" },
    },
  } satisfies Record<string, Record<string, JsonObject>>;

  const inputs: Record<string, () => JsonObject> = {};
  for (const [name, input] of Object.entries(identityInputs)) inputs[name] = () => input(school);
  for (const [slice, operations] of Object.entries(owned))
    for (const [name, input] of Object.entries(operations)) inputs[`${slice}.${name}`] = () => input;

  return {
    actors: {
      nobody: anonymous,
      admin: await actorOf(school.admin.token),
      teacher: await actorOf(instructor.token),
      assistant: await actorOf(assistant.token),
      student: await actorOf(student.token),
      classmate: await actorOf(otherStudent.token),
      observer: await actorOf(observer.token),
      "as student": await actorOf(studentScope),
      colleague: await actorOf(school.otherInstructor.token),
      outsider: await actorOf(school.thirdStudent.token),
    },
    people: {
      ...{ admin: school.admin, teacher: instructor, assistant, student, classmate: otherStudent, observer },
      ...{ double, colleague: school.otherInstructor, outsider: school.thirdStudent },
    },
    inputs,
    moveOn: (operation) => make(operation, instructor, { courseId }),
    furtherRows: [
      {
        operation: "progress.getCourseProgress",
        about: "of the student",
        input: { courseId, studentId: student.id },
      },
      {
        operation: "grades.getStudentGrades",
        about: "of the student",
        input: { courseId, studentId: student.id },
      },
      ...["getObservers", "listObserved"].map((name) => ({
        operation: `observers.${name}`,
        about: "of the student",
        input: { personId: student.id },
      })),
      ...["getQuery", "answerQuery", "closeQuery", "followUpQuery", "askSameQuery"].map((name) => ({
        operation: `queries.${name}`,
        about: "the class sees it",
        input: { queryId: classQueryId, ...(/answer|follow/.test(name) ? { body: "So." } : {}) },
      })),
      ...["getAnnouncement", "updateAnnouncement", "removeAnnouncement", "listAnnouncementReaders"].map(
        (name) => ({
          operation: `courses.${name}`,
          about: "scheduled",
          input: { announcementId: scheduledId, ...(name === "updateAnnouncement" ? { version: 1 } : {}) },
        }),
      ),
      {
        operation: "courses.listAnnouncements",
        about: "scheduled",
        input: { courseId, list: "scheduled" },
      },
      { operation: "courses.removeModule", about: "a draft", input: { moduleId: draftModuleId } },
      { operation: "materials.getMaterial", about: "a draft", input: { materialId: draftMaterialId } },
      { operation: "materials.getCourseMaterial", about: "a draft", input: { materialId: draftMaterialId } },
      {
        operation: "assignments.getAssignment",
        about: "a draft",
        input: { assignmentId: draftAssignmentId },
      },
      {
        operation: "assignments.submitAssignment",
        about: "a draft",
        input: { assignmentId: draftAssignmentId, uploadId: "any" },
      },
    ],
  };
}

function course(code: string): JsonObject {
  return { code, term: "Autumn 2026", title: `The course ${code}`, summary: "" };
}
