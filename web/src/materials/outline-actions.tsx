/** What those who teach do with a section or a module: rename, publish, move, remove. */
import { useState } from "react";
import type { Outline } from "../contract.ts";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { Menu, type MenuAction } from "../ui/menu.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { reasonOf } from "./moves.ts";
import "./messages.ts";

type Section = Outline["sections"][number];
type Module = Outline["modules"][number];

export interface OutlineActionsProps {
  readonly outline: Outline;
  readonly section?: Section;
  readonly module?: Module;
}

export function OutlineActions({ outline, section, module }: OutlineActionsProps) {
  const text = useText();
  const [isRenaming, setRenaming] = useState(false);
  const change = useChanges(section, module);
  const thing = module ?? section;
  if (thing === undefined) return null;
  const isDraft = thing.state === "draft";
  const sayFailed = (error: unknown) => toast(text("materials.failed", { reason: reasonOf(error) }));
  const attempt = (work: Promise<unknown>) => void work.catch(sayFailed);
  const actions: MenuAction[] = [
    { id: "rename", label: text("outline.rename"), icon: "task", run: () => setRenaming(true) },
    {
      id: "publish",
      label: text(isDraft ? "materials.publish" : "materials.unpublish"),
      icon: "check",
      run: () => attempt(change.update({ published: isDraft })),
    },
    ...change
      .moves(outline)
      .map(({ id, label, run }) => ({ id, label: text(label), run: () => attempt(run()) })),
    ...sectionsFor(outline, module).map(({ sectionId, title }) => ({
      id: `under ${sectionId}`,
      label: text("materials.moveInto", { module: title ?? text("module.noSection") }),
      run: () => attempt(change.moveUnder(sectionId)),
    })),
    {
      id: "remove",
      label: text("materials.remove"),
      icon: "close",
      isDangerous: true,
      run: () => attempt(change.remove()),
    },
  ];
  return (
    <>
      <Menu label={text("materials.actions", { title: thing.title })} actions={actions} />
      <Dialog title={text("outline.rename")} isOpen={isRenaming} onClose={() => setRenaming(false)}>
        <Form
          onSubmit={async ({ title = "" }, key) => {
            await change.update({ title }, key);
            setRenaming(false);
          }}
        >
          {({ isPending }) => (
            <>
              <TextField
                label={text("materials.title")}
                name="title"
                defaultValue={thing.title}
                maxLength={200}
                isRequired
                autoFocus
              />
              <div className="dialog-actions">
                <Button onPress={() => setRenaming(false)}>{text("materials.cancel")}</Button>
                <Button type="submit" look="primary" isPending={isPending}>
                  {text("materials.save")}
                </Button>
              </div>
            </>
          )}
        </Form>
      </Dialog>
    </>
  );
}

function sectionsFor(outline: Outline, module: Module | undefined) {
  if (module === undefined) return [];
  const all = [
    { sectionId: null as string | null, title: null as string | null },
    ...outline.sections.map(({ sectionId, title }) => ({ sectionId, title })),
  ];
  return all.filter(({ sectionId }) => sectionId !== module.sectionId);
}

/** The commands for one section or module, with the versions that were seen. */
function useChanges(section: Section | undefined, module: Module | undefined) {
  const text = useText();
  const updateSection = useCommand("courses.updateSection");
  const updateModule = useCommand("courses.updateModule");
  const moveSection = useCommand("courses.moveSection");
  const moveModule = useCommand("courses.moveModule");
  const removeSection = useCommand("courses.removeSection");
  const removeModule = useCommand("courses.removeModule");
  const restoreModule = useCommand("courses.restoreModule");
  async function update(changes: { title?: string; published?: boolean }, key?: string) {
    if (module)
      await updateModule.run({ moduleId: module.moduleId, version: module.version, ...changes }, key);
    else if (section)
      await updateSection.run({ sectionId: section.sectionId, version: section.version, ...changes }, key);
  }
  async function remove() {
    if (module) {
      const { moduleId, title } = module;
      await removeModule.run({ moduleId });
      toast(text("materials.removed", { title }), () => void restoreModule.run({ moduleId }));
    } else if (section) await removeSection.run({ sectionId: section.sectionId });
  }
  /** One step up and down among its siblings, by the id of the one that it comes to stand after. */
  function moves(outline: Outline) {
    const siblings = module
      ? (
          outline.sections.find(({ sectionId }) => sectionId === module.sectionId)?.modules ?? outline.modules
        ).map(({ moduleId }) => moduleId)
      : outline.sections.map(({ sectionId }) => sectionId);
    const at = siblings.indexOf(module?.moduleId ?? section?.sectionId ?? "");
    const after = (id: string | null) => () =>
      module
        ? moveModule.run({ moduleId: module.moduleId, sectionId: module.sectionId, afterModuleId: id })
        : moveSection.run({ sectionId: section?.sectionId ?? "", afterSectionId: id });
    return [
      ...(at > 0
        ? [{ id: "up", label: "materials.moveUp" as const, run: after(siblings[at - 2] ?? null) }]
        : []),
      ...(at < siblings.length - 1
        ? [{ id: "down", label: "materials.moveDown" as const, run: after(siblings[at + 1] ?? null) }]
        : []),
    ];
  }
  async function moveUnder(sectionId: string | null) {
    if (module) await moveModule.run({ moduleId: module.moduleId, sectionId, afterModuleId: null });
  }
  return { update, remove, moves, moveUnder };
}
