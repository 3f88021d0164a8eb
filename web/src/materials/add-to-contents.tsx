/** Adding to a course's contents: files, links, pages written here, sections and modules. */
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { Outline } from "../contract.ts";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { CourseMaterialUpload } from "./course-material-upload.tsx";
import { PlaceAssignmentDialog } from "./place-assignment.tsx";
import { PlaceLink, places } from "./place-link.tsx";
import "./messages.ts";

type Kind = "link" | "page" | "section" | "module";

export interface AddToContentsProps {
  readonly courseId: string;
  readonly outline: Outline | undefined;
  /** The assignments that stand in the contents already. */
  readonly placedIds: ReadonlySet<string>;
  /** Further actions on the contents. */
  readonly children?: ReactNode;
}

export function AddToContents({ courseId, outline, placedIds, children }: AddToContentsProps) {
  const text = useText();
  const [isPlacing, setPlacing] = useState(false);
  const [kind, setKind] = useState<Kind | null>(null);
  const kinds = ["page", "link", "module", "section"] as const;
  return (
    <div className="stack">
      <CourseMaterialUpload courseId={courseId} />
      <div className="row">
        {kinds.map((each) => (
          <Button key={each} icon="plus" onPress={() => setKind(each)}>
            {text(`add.${each}`)}
          </Button>
        ))}
        <Button icon="plus" isDisabled={outline === undefined} onPress={() => setPlacing(true)}>
          {text("place.open")}
        </Button>
        <PlaceLink look="quiet" icon="people" href={places.readers(courseId)}>
          {text("readers.open")}
        </PlaceLink>
        {children}
      </div>
      {outline !== undefined && (
        <PlaceAssignmentDialog
          courseId={courseId}
          outline={outline}
          placedIds={placedIds}
          isOpen={isPlacing}
          onClose={() => setPlacing(false)}
        />
      )}
      <Dialog title={text(`add.${kind ?? "page"}`)} isOpen={kind !== null} onClose={() => setKind(null)}>
        {kind !== null && <AddForm courseId={courseId} kind={kind} onClose={() => setKind(null)} />}
      </Dialog>
    </div>
  );
}

interface AddFormProps {
  readonly courseId: string;
  readonly kind: Kind;
  readonly onClose: () => void;
}

function AddForm({ courseId, kind, onClose }: AddFormProps) {
  const text = useText();
  const navigate = useNavigate();
  const link = useCommand("materials.addLink");
  const page = useCommand("materials.createPage");
  const section = useCommand("courses.createSection");
  const module = useCommand("courses.createModule");
  async function add({ title = "", url = "" }: Readonly<Record<string, string>>, key: string) {
    if (kind === "link") await link.run({ courseId, title, url }, key);
    else if (kind === "section") await section.run({ courseId, title }, key);
    else if (kind === "module") await module.run({ courseId, title }, key);
    else {
      const { materialId } = await page.run({ courseId, title }, key);
      await navigate({ to: places.editPage(courseId, materialId) });
      return;
    }
    onClose();
    toast(text("add.done", { title }));
  }
  return (
    <Form onSubmit={add}>
      {({ isPending }) => (
        <>
          <TextField label={text("materials.title")} name="title" maxLength={200} isRequired autoFocus />
          {kind === "link" && (
            <TextField
              label={text("add.url")}
              name="url"
              hint={text("add.urlHint")}
              maxLength={2000}
              isRequired
            />
          )}
          <div className="dialog-actions">
            <Button onPress={onClose}>{text("materials.cancel")}</Button>
            <Button type="submit" look="primary" isPending={isPending}>
              {text(`add.${kind}`)}
            </Button>
          </div>
        </>
      )}
    </Form>
  );
}
