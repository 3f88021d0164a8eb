/** Bringing somebody of the school into a course, or changing what they are in it. */
import { useState } from "react";
import { CallError } from "../client.ts";
import type { Course, CourseRole } from "../contract.ts";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Select } from "../ui/choices.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { refusedField } from "./refused-field.ts";
import "./course-pages.css";
import "./messages.ts";

const roles = ["student", "teaching_assistant", "instructor", "observer"] as const;

export interface EnrolPersonDialogProps {
  readonly course: Course;
  /** Whose role is to change; null for somebody new. */
  readonly person: { readonly name: string; readonly email: string; readonly role: CourseRole } | null;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function EnrolPersonDialog({ course, person, isOpen, onClose }: EnrolPersonDialogProps) {
  const text = useText();
  const title = person === null ? text("people.add") : text("people.changeRoleTitle", { name: person.name });
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose}>
      <EnrolForm course={course} person={person} onClose={onClose} />
    </Dialog>
  );
}

function EnrolForm({ course, person, onClose }: Omit<EnrolPersonDialogProps, "isOpen">) {
  const text = useText();
  const { run } = useCommand("courses.enrolPerson");
  const [role, setRole] = useState<CourseRole>(person?.role ?? "student");

  async function enrol(fields: Readonly<Record<string, string>>, key: string) {
    const email = person?.email ?? (fields.email ?? "").trim();
    const enrolment = await run({ courseId: course.courseId, email, role }, key).catch((error: unknown) => {
      throw error instanceof CallError && error.code === "unknown_person"
        ? refusedField(error, "email", error.message)
        : error;
    });
    onClose();
    toast(text("people.enrolled", { name: enrolment.name, role: text(`courseRole.${enrolment.role}`) }));
  }

  return (
    <Form onSubmit={enrol}>
      {({ isPending }) => (
        <>
          {person === null && (
            <TextField
              label={text("people.email")}
              hint={text("people.emailHint")}
              name="email"
              type="email"
              autoComplete="off"
              isRequired
              autoFocus
            />
          )}
          <Select
            label={text("people.role")}
            name="role"
            options={roles.map((value) => ({ value, label: text(`courseRole.${value}`) }))}
            value={role}
            onChange={setRole}
          />
          <p className="faint">{text(`people.may.${role}`)}</p>
          <div className="dialog-actions">
            <Button onPress={onClose}>{text("courses.cancel")}</Button>
            <Button type="submit" look="primary" isPending={isPending}>
              {text(person === null ? "people.add" : "people.changeRole")}
            </Button>
          </div>
        </>
      )}
    </Form>
  );
}
