/** How much room each course takes, and how much it may, for admins. */
import { useState } from "react";
import type { ReadOutput } from "../contract.ts";
import { useCommand, usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { bytesText, EmptyState, PageHead } from "../ui/pieces.tsx";
import { Table } from "../ui/table.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./course-pages.css";
import "./messages.ts";

type Entry = ReadOutput<"courses.listCourseStorage">["items"][number];
/** Whose limit is changed: a course's, or the school's where that is null. */
type Changed = { readonly entry: Entry | null; readonly bytesMax: number };

const gigabyte = 1_000_000_000;

export function StoragePage() {
  const text = useText();
  const list = usePages("courses.listCourseStorage", {});
  const [changed, setChanged] = useState<Changed | null>(null);
  const schoolMax = list.data?.pages[0]?.schoolBytesMax;
  return (
    <>
      <PageHead
        title={text("storage.title")}
        lead={
          schoolMax === undefined ? undefined : (
            <p className="soft prose">{text("storage.schoolLimit", { max: bytesText(schoolMax) })}</p>
          )
        }
        actions={
          schoolMax === undefined ? undefined : (
            <Button onPress={() => setChanged({ entry: null, bytesMax: schoolMax })}>
              {text("storage.change")}
            </Button>
          )
        }
      />
      <Paged of={list}>
        {(entries) =>
          entries.length === 0 ? (
            <EmptyState icon="file" title={text("storage.empty")} hint={text("storage.emptyHint")} />
          ) : (
            <Table
              caption={text("storage.caption")}
              rows={entries}
              keyOf={({ course }) => course.courseId}
              columns={[
                {
                  title: text("storage.course"),
                  isLead: true,
                  cell: ({ course, isInTrash }) => (
                    <div>
                      <span className="item-title">{course.title}</span>
                      <p className="faint">
                        {course.code} · {course.term}
                        {isInTrash && `, ${text("storage.inTrash")}`}
                      </p>
                    </div>
                  ),
                },
                {
                  title: text("storage.files"),
                  align: "end",
                  cell: ({ storage }) => bytesText(storage.bytes),
                },
                {
                  title: text("storage.handedIn"),
                  align: "end",
                  cell: ({ storage }) => bytesText(storage.handedInBytes),
                },
                {
                  title: text("storage.limit"),
                  align: "end",
                  cell: (entry) => (
                    <span className="storage-limit">
                      {bytesText(entry.storage.bytesMax)}
                      {entry.storage.isOwnLimit && <span className="faint">{text("storage.own")}</span>}
                      <Button
                        look="quiet"
                        aria-label={`${text("storage.changeIt")}: ${entry.course.title}`}
                        onPress={() => setChanged({ entry, bytesMax: entry.storage.bytesMax })}
                      >
                        {text("storage.changeIt")}
                      </Button>
                    </span>
                  ),
                },
              ]}
            />
          )
        }
      </Paged>
      {changed !== null && <LimitDialog changed={changed} onClose={() => setChanged(null)} />}
    </>
  );
}

function LimitDialog({ changed, onClose }: { readonly changed: Changed; readonly onClose: () => void }) {
  const text = useText();
  const { run } = useCommand("courses.setStorageLimit");
  const { entry, bytesMax } = changed;
  const of = entry === null ? {} : { courseId: entry.course.courseId };

  async function set(bytes: number | null, key?: string) {
    await run({ ...of, bytesMax: bytes }, key);
    onClose();
    toast(text("storage.saved"));
  }

  return (
    <Dialog
      title={
        entry === null ? text("storage.change") : text("storage.changeOf", { title: entry.course.title })
      }
      isOpen
      onClose={onClose}
    >
      <Form onSubmit={({ gigabytes = "" }, key) => set(Math.round(Number(gigabytes) * gigabyte), key)}>
        {({ isPending }) => (
          <>
            <TextField
              label={text("storage.gigabytes")}
              name="gigabytes"
              type="number"
              min={0}
              max={1_000_000}
              step={0.1}
              defaultValue={String(bytesMax / gigabyte)}
              isRequired
              autoFocus
            />
            <div className="dialog-actions">
              {entry?.storage.isOwnLimit && (
                <Button onPress={() => void set(null).catch(() => {})}>{text("storage.reset")}</Button>
              )}
              <Button onPress={onClose}>{text("life.cancel")}</Button>
              <Button type="submit" look="primary" isPending={isPending}>
                {text("terms.save")}
              </Button>
            </div>
          </>
        )}
      </Form>
    </Dialog>
  );
}
