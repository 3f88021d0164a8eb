/** What mails about links say. */
import type { ObserverLink } from "./schema.ts";

interface MailText {
  readonly subject: string;
  readonly text: string;
}

/** To the student. */
export function observedMail({ observer, origin }: ObserverLink): MailText {
  const how =
    origin === "admin"
      ? "An admin of the school has set this up."
      : "They have used a pairing code of yours.";
  return {
    subject: `${observer.name} now sees how you are doing`,
    text: `${observer.name} now observes your studies. ${how}

In the courses that you study in they see what is due and what you have handed in, your released grades with their
feedback, and what you have read. They see no other students, no drafts, no queries, and can change nothing.

Who observes you stands on your account page. You can end it there at any time.`,
  };
}

/** To the observer. */
export function linkedMail({ student }: ObserverLink): MailText {
  return {
    subject: `You now see how ${student.name} is doing`,
    text: `You are linked to ${student.name}. On your home page you see what is due, what is late and which grades are new.

${student.name} was told, and either of you can end it on your account page.`,
  };
}

/** To whoever of the two did not end it. */
export function endedMail({ observer, student }: ObserverLink, to: string): MailText {
  return to === student.personId
    ? {
        subject: `${observer.name} does not observe you any more`,
        text: `The link has ended: ${observer.name} sees nothing of your studies from now on.`,
      }
    : {
        subject: `You do not observe ${student.name} any more`,
        text: `The link to ${student.name} has ended. If you did not expect that, ask them, or the school.`,
      };
}
