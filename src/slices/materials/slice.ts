/** Table of contents of materials: what a course gives to its people to read. */
import type { Slice } from "#kernel/slice.ts";
import { addLink } from "./add-link.ts";
import { addPageImage } from "./add-page-image.ts";
import { changeLink } from "./change-link.ts";
import { materialsLife } from "./course-life.ts";
import { courseMaterialUpload } from "./course-material-upload.ts";
import { createPage } from "./create-page.ts";
import { downloadMaterials } from "./download-materials.ts";
import { getCourseContents } from "./get-course-contents.ts";
import { getCourseMaterial } from "./get-course-material.ts";
import { getMaterial } from "./get-material.ts";
import { getMaterialDocument } from "./get-material-document.ts";
import { getPage } from "./get-page.ts";
import { keepDocuments } from "./keep-documents.ts";
import { listMaterialRevisions } from "./list-material-revisions.ts";
import { listPlacedAssignments } from "./list-placed-assignments.ts";
import { listMaterialReaders, listReaders, listStudentReading } from "./list-readers.ts";
import { listRecentReading } from "./list-recent-reading.ts";
import { addCaptions, getCaptions, removeCaptions } from "./material-captions.ts";
import { materials } from "./migrations/0001-materials.ts";
import { contents } from "./migrations/0002-contents.ts";
import { documents } from "./migrations/0003-documents.ts";
import { moveMaterial } from "./move-material.ts";
import { onAssignments } from "./on-assignments.ts";
import { discardPageDraft, getPageDraft, savePageDraft } from "./page-drafts.ts";
import { materialsPerson } from "./person-life.ts";
import { placeAssignment } from "./place-assignment.ts";
import { publishMaterials } from "./publish-materials.ts";
import { readDocument } from "./read-document.ts";
import { markMaterialRead, recordReading } from "./readings.ts";
import { releaseDue } from "./release-due.ts";
import { removeMaterial } from "./remove-material.ts";
import { replaceMaterialFile } from "./replace-material-file.ts";
import { restoreMaterial } from "./restore-material.ts";
import { restoreMaterialRevision } from "./restore-material-revision.ts";
import { savePage } from "./save-page.ts";
import { setMaterialRelease } from "./set-material-release.ts";
import { materialsTables } from "./tables.ts";
import { materialsThings } from "./things.ts";
import { updateMaterial } from "./update-material.ts";

export const materialsSlice = {
  name: "materials",
  grpcService: "MaterialsService",
  summary:
    "What a course gives to read: files, links and pages in order, when they open, and who has read them.",
  operations: [
    courseMaterialUpload,
    addLink,
    createPage,
    getCourseContents,
    getMaterial,
    getCourseMaterial,
    updateMaterial,
    removeMaterial,
    restoreMaterial,
    publishMaterials,
    setMaterialRelease,
    moveMaterial,
    placeAssignment,
    listPlacedAssignments,
    replaceMaterialFile,
    changeLink,
    listMaterialRevisions,
    restoreMaterialRevision,
    getMaterialDocument,
    getPage,
    savePage,
    savePageDraft,
    getPageDraft,
    discardPageDraft,
    addPageImage,
    addCaptions,
    removeCaptions,
    getCaptions,
    recordReading,
    markMaterialRead,
    listRecentReading,
    listReaders,
    listStudentReading,
    listMaterialReaders,
    downloadMaterials,
  ],
  migrations: [materials, contents, documents],
  tables: materialsTables,
  things: materialsThings,
  followers: [onAssignments],
  jobs: [readDocument],
  schedules: [releaseDue, keepDocuments],
  course: materialsLife,
  person: materialsPerson,
} as const satisfies Slice;
