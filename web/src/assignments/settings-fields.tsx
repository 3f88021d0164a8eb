/** The settings of an assignment as a form, in sections, with what is most often meant already chosen. */
import { useState } from "react";
import type { Assignment } from "../contract.ts";
import { useRead } from "../data.ts";
import { Checkbox, Select } from "../ui/choices.tsx";
import { TextField } from "../ui/fields.tsx";
import { useText } from "../ui/text.ts";
import { CourseDateField } from "./course-date-field.tsx";
import { instantOf } from "./course-time.ts";

export interface SettingsFieldsProps {
  readonly courseId: string;
  readonly timeZone: string;
  readonly assignment: Assignment | undefined;
}

const kinds = [
  "pdf",
  "document",
  "text",
  "png",
  "jpeg",
  "gif",
  "webp",
  "zip",
  "epub",
  "audio",
  "video",
] as const;
const latePolicies = ["none", "per_day", "fixed"] as const;
const resubmissions = ["until_graded", "after_release"] as const;
const withdrawals = ["until_graded", "until_due", "never"] as const;
const megabyte = 1024 ** 2;
const fileBytesMax = 2 * 1024 ** 3;
/** Stands for “each student”, since a choice has a text as its value. */
const alone = "alone";

export function SettingsFields({ courseId, timeZone, assignment }: SettingsFieldsProps) {
  const text = useText();
  const sets = useRead("courses.listGroupSets", { courseId });
  const [latePolicy, setLatePolicy] = useState(assignment?.latePolicy ?? "none");
  const [resubmission, setResubmission] = useState(assignment?.resubmission ?? "until_graded");
  const [withdrawal, setWithdrawal] = useState(assignment?.withdrawal ?? "until_graded");
  const [groupSetId, setGroupSetId] = useState(assignment?.groupSetId ?? alone);
  const dateField = (name: "availableFrom" | "dueAt" | "untilAt", label: string, hint: string) => (
    <CourseDateField
      name={name}
      label={label}
      hint={hint}
      at={assignment?.[name] ?? null}
      timeZone={timeZone}
    />
  );
  return (
    <>
      <fieldset className="setting-section">
        <legend>{text("assignments.section.when")}</legend>
        {dateField("dueAt", text("assignments.due"), text("assignments.dueHint", { zone: timeZone }))}
        <div className="setting-pair">
          {dateField("availableFrom", text("assignments.from"), text("assignments.fromHint"))}
          {dateField("untilAt", text("assignments.until"), text("assignments.untilHint"))}
        </div>
      </fieldset>
      <fieldset className="setting-section">
        <legend>{text("assignments.section.how")}</legend>
        <Checkbox name="acceptsText" defaultSelected={assignment?.acceptsText ?? true}>
          {text("assignments.acceptsText")}
        </Checkbox>
        <TextField
          label={text("assignments.filesMax")}
          hint={text("assignments.filesMaxHint")}
          name="filesMax"
          type="number"
          min={0}
          max={20}
          defaultValue={String(assignment?.filesMax ?? 5)}
          isRequired
        />
        <TextField
          label={text("assignments.fileSize")}
          hint={text("assignments.fileSizeHint")}
          name="fileMegabytes"
          type="number"
          min={1}
          max={2048}
          defaultValue={String(
            Math.max(1, Math.round((assignment?.fileBytesMax ?? fileBytesMax) / megabyte)),
          )}
          isRequired
        />
        <fieldset className="setting-section">
          <legend>{text("assignments.kinds")}</legend>
          <p className="faint">{text("assignments.kindsHint")}</p>
          <div className="row">
            {kinds.map((kind) => (
              <Checkbox
                key={kind}
                name={`kind.${kind}`}
                defaultSelected={assignment?.acceptedKinds.includes(kind) ?? false}
              >
                {text(`assignments.kind.${kind}`)}
              </Checkbox>
            ))}
          </div>
        </fieldset>
        <TextField
          label={text("assignments.endings")}
          hint={text("assignments.endingsHint")}
          name="acceptedEndings"
          defaultValue={assignment?.acceptedEndings.join(", ") ?? ""}
        />
      </fieldset>
      <fieldset className="setting-section">
        <legend>{text("assignments.section.late")}</legend>
        <Select
          label={text("assignments.latePolicy")}
          name="latePolicy"
          value={latePolicy}
          onChange={setLatePolicy}
          options={latePolicies.map((value) => ({ value, label: text(`assignments.late.${value}`) }))}
        />
        {latePolicy !== "none" && (
          <div className="setting-pair">
            <TextField
              label={text("assignments.latePercent")}
              name="latePercent"
              type="number"
              min={1}
              max={100}
              defaultValue={String(assignment?.latePercent || 10)}
              isRequired
            />
            {latePolicy === "per_day" && (
              <TextField
                label={text("assignments.lateFloor")}
                name="lateFloorPercent"
                type="number"
                min={0}
                max={100}
                defaultValue={String(assignment?.lateFloorPercent ?? 0)}
                isRequired
              />
            )}
          </div>
        )}
        <div className="setting-pair">
          <TextField
            label={text("assignments.attemptsMax")}
            hint={text("assignments.attemptsHint")}
            name="attemptsMax"
            type="number"
            min={1}
            defaultValue={String(assignment?.attemptsMax ?? "")}
          />
          <Select
            label={text("assignments.resubmission")}
            name="resubmission"
            value={resubmission}
            onChange={setResubmission}
            options={resubmissions.map((value) => ({
              value,
              label: text(`assignments.resubmission.${value}`),
            }))}
          />
          <Select
            label={text("assignments.withdrawal")}
            name="withdrawal"
            value={withdrawal}
            onChange={setWithdrawal}
            options={withdrawals.map((value) => ({
              value,
              label: text(`assignments.withdrawal.${value}`),
            }))}
          />
        </div>
      </fieldset>
      <fieldset className="setting-section">
        <legend>{text("assignments.section.who")}</legend>
        <Select
          label={text("assignments.groupSet")}
          name="groupSetId"
          value={groupSetId}
          onChange={setGroupSetId}
          options={[
            { value: alone, label: text("assignments.alone") },
            ...(sets.data?.items ?? []).map(({ groupSetId: value, name }) => ({
              value,
              label: text("assignments.groupsOf", { name }),
            })),
          ]}
        />
        <Checkbox name="isAnonymous" defaultSelected={assignment?.isAnonymous ?? false}>
          {text("assignments.anonymous")}
        </Checkbox>
      </fieldset>
    </>
  );
}

type Fields = Readonly<Record<string, string>>;

/** What the form says of the assignment, or of a new one, as the operations take it. */
export function settingsSaid(fields: Fields, timeZone: string, assignment: Assignment | undefined) {
  const dateOf = (name: "availableFrom" | "dueAt" | "untilAt") =>
    instantOf(fields[name] ?? "", timeZone, assignment?.[name] ?? null);
  const choiceOf = <Value extends string>(name: string, values: readonly Value[], otherwise: Value) =>
    values.find((value) => value === fields[name]) ?? otherwise;
  const { groupSetId = alone } = fields;
  return {
    title: fields.title ?? "",
    instructions: fields.instructions ?? "",
    pointsMax: Number(fields.pointsMax),
    availableFrom: dateOf("availableFrom"),
    dueAt: dateOf("dueAt"),
    untilAt: dateOf("untilAt"),
    acceptsText: fields.acceptsText !== undefined,
    filesMax: Number(fields.filesMax),
    fileBytesMax: Number(fields.fileMegabytes) * megabyte,
    acceptedKinds: kinds.filter((kind) => fields[`kind.${kind}`] !== undefined),
    acceptedEndings: (fields.acceptedEndings ?? "")
      .split(/[\s,;]+/)
      .map((ending) => ending.replace(/^\./, "").toLowerCase())
      .filter((ending) => ending !== ""),
    latePolicy: choiceOf("latePolicy", latePolicies, "none"),
    latePercent: Number(fields.latePercent ?? 0),
    lateFloorPercent: Number(fields.lateFloorPercent ?? 0),
    attemptsMax: fields.attemptsMax ? Number(fields.attemptsMax) : null,
    resubmission: choiceOf("resubmission", resubmissions, "until_graded"),
    withdrawal: choiceOf("withdrawal", withdrawals, "until_graded"),
    groupSetId: groupSetId === alone ? null : groupSetId,
    isAnonymous: fields.isAnonymous !== undefined,
    published: fields.published !== undefined,
  };
}
