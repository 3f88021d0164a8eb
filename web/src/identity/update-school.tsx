/** The school's settings, and its keys; from here admins reach the cluster, the jobs and the audit trail too. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { CallError } from "../client.ts";
import type { School } from "../contract.ts";
import { useCommand, useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { Checkbox, Select } from "../ui/choices.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { Notice } from "../ui/notice.tsx";
import { PageHead } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { TimeZoneSelect } from "../ui/time-zone-select.tsx";
import { timeZoneText } from "../ui/time-zone-text.ts";
import { toast } from "../ui/toast.tsx";
import "../courses/messages.ts";
import "./messages.ts";
import "./second-step-messages.ts";
import { KeysSection } from "./rotate-keys.tsx";

/** What lies behind the school, each on a page of its own. */
const machinery = [
  { to: "/terms", title: "terms.title", hint: "storage.termsHint" },
  { to: "/storage", title: "storage.link", hint: "storage.linkHint" },
  { to: "/cluster", title: "school.cluster", hint: "school.clusterHint" },
  { to: "/jobs", title: "school.jobs", hint: "school.jobsHint" },
  { to: "/audit", title: "school.audit", hint: "school.auditHint" },
] as const;
const requirements = ["nobody", "admins", "teachers"] as const;

export function SchoolPage() {
  const text = useText();
  const school = useRead("identity.getSchool", {});
  return (
    <>
      <PageHead title={text("school.title")} />
      <Loaded of={school}>{(data) => <Settings school={data} onReload={() => school.refetch()} />}</Loaded>
      <section className="section" aria-labelledby="behind">
        <h2 id="behind">{text("school.behind")}</h2>
        <ul className="list">
          {machinery.map(({ to, title, hint }) => (
            <li key={to}>
              <div className="grow">
                <Link to={to} className="item-title">
                  {text(title)}
                </Link>
                <p className="faint">{text(hint)}</p>
              </div>
            </li>
          ))}
        </ul>
      </section>
      <KeysSection />
    </>
  );
}

interface SettingsProps {
  readonly school: School;
  readonly onReload: () => Promise<unknown>;
}

/** Begins from the settings as they are; what is typed here is never overwritten by what is read meanwhile. */
function Settings({ school, onReload }: SettingsProps) {
  const text = useText();
  const update = useCommand("identity.updateSchool");
  const [start, setStart] = useState(school);
  const [name, setName] = useState(school.name);
  const [mayCreate, setMayCreate] = useState(school.instructorsCreateCourses);
  const [twoStep, setTwoStep] = useState(school.twoStepRequiredFor);
  const [timeZone, setTimeZone] = useState(school.timeZone);
  const [isOutdated, setOutdated] = useState(false);
  const isChanged =
    name !== start.name ||
    mayCreate !== start.instructorsCreateCourses ||
    timeZone !== start.timeZone ||
    twoStep !== start.twoStepRequiredFor;

  /** Sends only what was changed here, so that somebody else's change of the rest is not undone. */
  async function save() {
    setOutdated(false);
    try {
      const saved = await update.run({
        version: start.version,
        ...(name === start.name ? {} : { name }),
        ...(mayCreate === start.instructorsCreateCourses ? {} : { instructorsCreateCourses: mayCreate }),
        ...(timeZone === start.timeZone ? {} : { timeZone }),
        ...(twoStep === start.twoStepRequiredFor ? {} : { twoStepRequiredFor: twoStep }),
      });
      setStart({ ...school, ...saved });
      setName(saved.name);
      toast(text("school.saved"));
    } catch (error) {
      if (!(error instanceof CallError) || error.code !== "version_conflict") throw error;
      await onReload();
      setOutdated(true);
    }
  }

  /** Goes on from what is there now: with one's own changes on top, or without them. */
  function goOn(keepMine: boolean) {
    if (!keepMine || name === start.name) setName(school.name);
    if (!keepMine || mayCreate === start.instructorsCreateCourses)
      setMayCreate(school.instructorsCreateCourses);
    if (!keepMine || timeZone === start.timeZone) setTimeZone(school.timeZone);
    if (!keepMine || twoStep === start.twoStepRequiredFor) setTwoStep(school.twoStepRequiredFor);
    setStart(school);
    setOutdated(false);
  }

  return (
    <section className="section" aria-labelledby="settings">
      <h2 id="settings">{text("school.settings")}</h2>
      <div className="card prose stack">
        {isOutdated && (
          <Notice tone="warm" title={text("school.outdated")}>
            <p>
              {text("school.outdatedNow", {
                name: school.name,
                zone: timeZoneText(school.timeZone),
                courses: text(
                  school.instructorsCreateCourses ? "school.instructorsMay" : "school.instructorsMayNot",
                ),
              })}
            </p>
            <div className="row">
              <Button onPress={() => goOn(true)}>{text("school.keepMine")}</Button>
              <Button onPress={() => goOn(false)}>{text("school.takeTheirs")}</Button>
            </div>
          </Notice>
        )}
        <Form onSubmit={save}>
          {({ isPending }) => (
            <>
              <TextField
                label={text("school.name")}
                name="name"
                autoComplete="off"
                maxLength={200}
                value={name}
                onChange={setName}
                isRequired
              />
              <Checkbox isSelected={mayCreate} onChange={setMayCreate}>
                {text("school.instructorsCreate")}
              </Checkbox>
              <TimeZoneSelect
                label={text("school.timeZone")}
                value={timeZone}
                onChange={(chosen) => setTimeZone(chosen ?? start.timeZone)}
              />
              <p className="field-hint">{text("school.timeZoneHint")}</p>
              <Select
                label={text("twoStep.requiredFor")}
                options={requirements.map((value) => ({ value, label: text(`twoStep.for.${value}`) }))}
                value={twoStep}
                onChange={setTwoStep}
              />
              <div>
                <Button
                  type="submit"
                  look="primary"
                  isPending={isPending}
                  isDisabled={!isChanged || isOutdated}
                >
                  {text("school.save")}
                </Button>
              </div>
            </>
          )}
        </Form>
      </div>
    </section>
  );
}
