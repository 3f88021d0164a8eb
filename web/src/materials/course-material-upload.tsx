/** Adding files to a course: dropped or chosen, several at once, each a draft until it is published. */
import { useQueryClient } from "@tanstack/react-query";
import { command } from "../client.ts";
import { FileDrop } from "../ui/file-drop.tsx";
import { useText } from "../ui/text.ts";
import { titleOfFile } from "./file-kind.ts";
import { UploadList } from "./upload-list.tsx";
import { useUploads } from "./upload-queue.ts";
import "./messages.ts";

export function CourseMaterialUpload({ courseId }: { readonly courseId: string }) {
  const text = useText();
  const queries = useQueryClient();
  const { queue, items } = useUploads(async (uploadId, file, key) => {
    const title = titleOfFile(file.name);
    await command("materials.courseMaterialUpload", { courseId, title, uploadId }, key);
    await queries.invalidateQueries({ queryKey: ["materials.getCourseContents", { courseId }] });
  });
  return (
    <section className="section" aria-label={text("materials.add")}>
      <FileDrop
        label={text("materials.drop")}
        hint={text("materials.dropHint")}
        many
        onFiles={(files) => queue.add(files)}
      />
      <UploadList queue={queue} items={items} />
    </section>
  );
}
