/** How an assignment is graded: by one or two, by whom, and how long students may ask for another look. */
import { useState } from "react";
import type { ReadOutput } from "../contract.ts";
import { useCommand, usePages, useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { Checkbox, Select } from "../ui/choices.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./grading-messages.ts";

const schemes = ["single", "double_blind", "second_reads_first"] as const;
const places = ["first", "second"] as const;
type Grading = ReadOutput<"assignments.getGrading">;

export interface GradingDialogProps {
  readonly courseId: string;
  readonly assignmentId: string;
  readonly onClose: () => void;
}

export function GradingDialog({ courseId, assignmentId, onClose }: GradingDialogProps) {
  const text = useText();
  const grading = useRead("assignments.getGrading", { assignmentId });
  return (
    <Dialog title={text("grading.settings")} isOpen onClose={onClose}>
      <Loaded of={grading}>
        {(found) => <GradingForm key={found.version} courseId={courseId} grading={found} onClose={onClose} />}
      </Loaded>
    </Dialog>
  );
}

interface GradingFormProps {
  readonly courseId: string;
  readonly grading: Grading;
  readonly onClose: () => void;
}

function GradingForm({ courseId, grading, onClose }: GradingFormProps) {
  const text = useText();
  const update = useCommand("assignments.updateGrading");
  const staff = useStaff(courseId);
  const { assignmentId, version } = grading;
  const [marking, setMarking] = useState(grading.marking);
  const [takesAppeals, setTakes] = useState(grading.appealDays !== null);
  const named = { first: grading.firstMarkers, second: grading.secondMarkers };

  async function save(fields: Readonly<Record<string, string>>, key: string) {
    const chosen = (place: "first" | "second") =>
      staff
        .filter(({ personId }) => fields[`${place}.${personId}`] !== undefined)
        .map((each) => each.personId);
    const markers =
      marking === "single" ? {} : { firstMarkers: chosen("first"), secondMarkers: chosen("second") };
    const appealDays = takesAppeals ? Number(fields.appealDays) : null;
    await update.run({ assignmentId, version, marking, ...markers, appealDays }, key);
    toast(text("grading.settingsSaved"));
    onClose();
  }

  return (
    <Form onSubmit={save}>
      {({ isPending }) => (
        <>
          <Select
            label={text("grading.scheme")}
            value={marking}
            onChange={setMarking}
            options={schemes.map((value) => ({ value, label: text(`grading.scheme.${value}`) }))}
          />
          {marking !== "single" &&
            places.map((place) => (
              <fieldset key={place} className="setting-section">
                <legend>{text(`grading.markers.${place}`)}</legend>
                <p className="faint">{text("grading.markersHint")}</p>
                {staff.map(({ personId, name }) => (
                  <Checkbox
                    key={personId}
                    name={`${place}.${personId}`}
                    defaultSelected={named[place].some((each) => each.personId === personId)}
                  >
                    {name}
                  </Checkbox>
                ))}
              </fieldset>
            ))}
          <Checkbox isSelected={takesAppeals} onChange={setTakes}>
            {text("grading.takesAppeals")}
          </Checkbox>
          {takesAppeals && (
            <TextField
              label={text("grading.appealDays")}
              hint={text("grading.appealDaysHint")}
              name="appealDays"
              type="number"
              min={1}
              max={365}
              defaultValue={String(grading.appealDays ?? 14)}
              isRequired
            />
          )}
          <div className="dialog-actions">
            <Button onPress={onClose}>{text("grading.cancel")}</Button>
            <Button type="submit" look="primary" isPending={isPending}>
              {text("grading.save")}
            </Button>
          </div>
        </>
      )}
    </Form>
  );
}

/** Those who teach the course at present; they stand among the first of its people. */
function useStaff(courseId: string) {
  const people = usePages("courses.listEnrolments", { courseId });
  // A course has few pages of people, and its staff may stand on any of them.
  if (people.hasNextPage && !people.isFetchingNextPage) void people.fetchNextPage();
  return (people.data?.pages ?? [])
    .flatMap(({ items }) => items)
    .filter(
      ({ role, endedAt }) => (role === "instructor" || role === "teaching_assistant") && endedAt === null,
    );
}
