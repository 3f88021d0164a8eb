/** Materials for tests: small files built in code, put into a built course through the operations. */
import type { JsonObject } from "#base/json.ts";
import { actorKey } from "#kernel/actor.ts";
import type { BuiltCourse, CoursePerson } from "../courses/fixtures.ts";
import type { Material } from "./schema.ts";

/** A valid PDF with so many pages, each with a line of text. */
export function pdfOf(pages: number, line = "Measuring the sky"): Uint8Array {
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Count ${pages} /Kids [${Array.from({ length: pages }, (_, page) => `${4 + 2 * page} 0 R`).join(" ")}] >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  for (let page = 1; page <= pages; page++) {
    const text = `BT /F1 18 Tf 72 720 Td (${line}, page ${page}) Tj ET`;
    const resources = "<< /Font << /F1 3 0 R >> >>";
    const contents = `${objects.length + 2} 0 R`;
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources ${resources} /Contents ${contents} >>`,
      `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    );
  }
  let file = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, "0")} 00000 n \n`;
  });
  const size = objects.length + 1;
  file += `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join("")}`;
  file += `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${file.lastIndexOf("xref\n0 ")}\n%%EOF\n`;
  return Buffer.from(file, "latin1");
}

/** A PNG image of one pixel. */
export const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** Sends a file as `person`; gives the id of the finished upload. */
export function sendFile(
  { test }: Pick<BuiltCourse, "test">,
  person: CoursePerson,
  fileName: string,
  bytes: Uint8Array,
): Promise<string> {
  return test.upload(actorKey(person.actor), fileName, bytes);
}

/** A material of the built course: a short text unless `bytes` are given; a draft unless `published`. */
export async function buildMaterial(
  built: BuiltCourse,
  {
    published = false,
    title = "The size of the Earth",
    fileName = "earth.md",
    bytes = Buffer.from("# The size of the Earth\n\nTwo wells and a shadow.\n") as Uint8Array,
    courseId = built.course.courseId,
  } = {},
): Promise<Material> {
  const { instructor } = built.people;
  const uploadId = await sendFile(built, instructor, fileName, bytes);
  const input = { courseId, title, published, uploadId };
  return built.test.must<Material>(instructor.token, "materials.courseMaterialUpload", input);
}

export interface BuiltMaterial {
  readonly built: BuiltCourse;
  readonly material: Material;
}

/** A valid input of each operation, for the authorization matrix; uploads are decided before they are looked at. */
export const matrixInputs = {
  "materials.courseMaterialUpload": ({ built }) => ({
    courseId: built.course.courseId,
    title: "Light as a messenger",
    uploadId: "an-upload",
  }),
  "materials.getCourseContents": ({ built }) => ({ code: built.course.code, term: built.course.term }),
  "materials.getMaterial": ({ material }) => ({ materialId: material.materialId }),
  "materials.getCourseMaterial": ({ material }) => ({ materialId: material.materialId }),
  "materials.updateMaterial": ({ material }) => ({
    materialId: material.materialId,
    version: material.version,
    title: "The size of the Moon",
  }),
  "materials.removeMaterial": ({ material }) => ({ materialId: material.materialId }),
  "materials.restoreMaterial": ({ material }) => ({ materialId: material.materialId }),
} as const satisfies Readonly<Record<string, (fixtures: BuiltMaterial) => JsonObject>>;
