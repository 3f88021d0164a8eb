/** Writing a page: Markdown beside its preview, kept as a draft while one types, compared when somebody else has saved. */
import { Navigate, useParams, useRouter } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { CallError, command, read } from "../client.ts";
import type { Material } from "../contract.ts";
import { useIsOpen } from "../courses/if-open.tsx";
import { useCommand, useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { atNode } from "../nodes.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { FileDrop } from "../ui/file-drop.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { PageTitle } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { Markdown } from "./markdown.tsx";
import { PageConflict } from "./page-conflict.tsx";
import { PageImageDialog } from "./page-image.tsx";
import { PlaceLink, places } from "./place-link.tsx";
import { UploadList } from "./upload-list.tsx";
import { useUploads } from "./upload-queue.ts";
import "./messages.ts";
import "./reader.css";

const keptAfterMs = 1_200;

export function EditPagePage() {
  const { courseId = "", materialId = "" } = useParams({ strict: false });
  const material = useRead("materials.getMaterial", { materialId });
  const page = useRead("materials.getPage", { materialId });
  const draft = useRead("materials.getPageDraft", { materialId });
  const isOpenCourse = useIsOpen();
  if (!isOpenCourse)
    return (
      <Navigate to="/courses/$courseId/materials/$materialId" params={{ courseId, materialId }} replace />
    );
  const first = material.error ? material : page.error ? page : draft;
  if (material.data === undefined || page.data === undefined || draft.data === undefined)
    return (
      <div className="stack">
        <Loaded of={first as typeof material}>{() => null}</Loaded>
      </div>
    );
  const { draft: kept } = draft.data;
  return (
    <Editor
      key={materialId}
      material={material.data}
      saved={page.data}
      begun={kept === null ? null : { text: kept.text, baseRevision: kept.baseRevision }}
    />
  );
}

interface PageText {
  readonly revision: number;
  readonly text: string;
  readonly images: readonly { readonly imageId: string; readonly file: object }[];
}

interface EditorProps {
  readonly material: Material;
  readonly saved: PageText;
  readonly begun: { readonly text: string; readonly baseRevision: number } | null;
}

type Kept = "kept" | "keeping" | "failed";

function Editor({ material, saved, begun }: EditorProps) {
  const text = useText();
  const router = useRouter();
  const { materialId, courseId, title } = material;
  const [source, setSource] = useState(begun?.text ?? saved.text);
  const [base, setBase] = useState(begun?.baseRevision ?? saved.revision);
  const [images, setImages] = useState(() => addressesOf(saved));
  const [kept, setKept] = useState<Kept>("kept");
  const [conflict, setConflict] = useState<{ base: string; theirs: string; revision: number } | null>(null);
  const save = useCommand("materials.savePage");
  const discard = useCommand("materials.discardPageDraft");
  const isUntouched = useRef(true);

  useEffect(() => {
    if (isUntouched.current) return;
    setKept("keeping");
    const timer = setTimeout(
      () =>
        void command("materials.savePageDraft", { materialId, baseRevision: base, text: source }).then(
          () => setKept("kept"),
          () => setKept("failed"),
        ),
      keptAfterMs,
    );
    return () => clearTimeout(timer);
  }, [source, base, materialId]);

  function write(next: string) {
    isUntouched.current = false;
    setSource(next);
  }

  async function compare() {
    const [theirs, before] = await Promise.all([
      read("materials.getPage", { materialId }),
      read("materials.getPage", { materialId, revision: base }).catch(() => null),
    ]);
    setConflict({ base: before?.text ?? "", theirs: theirs.text, revision: theirs.revision });
  }

  async function saveNow() {
    try {
      await save.run({ materialId, baseRevision: base, text: source });
    } catch (error) {
      if (error instanceof CallError && error.code === "stale_revision") await compare();
      return;
    }
    toast(text("page.saved", { title }));
    router.history.push(places.material(courseId, materialId));
  }

  function settle(next: string, revision: number) {
    setBase(revision);
    write(next);
    setConflict(null);
  }

  const { queue, items } = useUploads(async (uploadId, _file, key) => {
    const { imageId } = await command("materials.addPageImage", { materialId, uploadId }, key);
    setImages(addressesOf(await read("materials.getPage", { materialId })));
    setAsked((before) => [...before, imageId]);
  });
  const [asked, setAsked] = useState<readonly string[]>([]);
  const [imageId] = asked;
  function describe(alt: string) {
    isUntouched.current = false;
    setSource((before) => `${before.trimEnd()}\n\n![${alt}](image:${imageId})\n`);
    setAsked((before) => before.slice(1));
  }

  return (
    <article className="stack">
      <div className="row">
        <PlaceLink look="quiet" icon="back" href={places.material(courseId, materialId)}>
          {text("page.view")}
        </PlaceLink>
        <div className="grow">
          <PageTitle title={title} />
        </div>
        <span className="faint" role="status">
          {text(`page.${kept}`)}
        </span>
        <Button
          onPress={() =>
            void discard.run({ materialId }).then(
              () => {
                isUntouched.current = true;
                setSource(saved.text);
                setBase(saved.revision);
                toast(text("page.discarded"));
              },
              () => {},
            )
          }
        >
          {text("page.discard")}
        </Button>
        <Button look="primary" isPending={save.isPending} onPress={() => void saveNow()}>
          {text("page.save")}
        </Button>
      </div>
      {conflict === null ? (
        <ErrorNotice error={save.error ?? discard.error} />
      ) : (
        <PageConflict conflict={conflict} mine={source} onSettle={settle} />
      )}
      <div className="page-editor">
        <TextField
          label={text("page.text")}
          hint={text("page.textHint")}
          value={source}
          onChange={write}
          rows={24}
          maxLength={200_000}
        />
        <section className="page-preview" aria-label={text("page.preview")} tabIndex={0}>
          <Markdown source={source} imageUrl={(id) => images.get(id) ?? null} />
        </section>
      </div>
      <FileDrop
        label={text("page.dropImage")}
        hint={text("page.dropImageHint")}
        accept={["image/png", "image/jpeg", "image/gif", "image/webp"]}
        onFiles={(files) => queue.add(files)}
      />
      <UploadList queue={queue} items={items} />
      <PageImageDialog
        key={imageId ?? ""}
        image={imageId === undefined ? null : { url: images.get(imageId) ?? null }}
        onDescribed={describe}
      />
    </article>
  );
}

function addressesOf({ images }: Pick<PageText, "images">): ReadonlyMap<string, string> {
  return new Map(
    images.flatMap(({ imageId, file }) =>
      "url" in file ? [[imageId, atNode(String(file.url))] as const] : [],
    ),
  );
}
