/** What the observers slice says on the wire: its nouns and every limit on them. */
import { z } from "zod";
import { idField, PersonName } from "#slices/courses/api.ts";

/** People who observe one student. */
export const observersMax = 20;
/** Students whom one person observes: an adviser has many, a parent few. */
export const observedStudentsMax = 500;
/** Codes of one student that wait to be used. */
export const pairingCodesMax = 5;
/** How long a code holds. */
export const pairingCodeMs = 7 * 24 * 3_600_000;
/** Wrong codes that one person may try in a quarter of an hour. */
export const pairingAttemptsMax = 10;
export const pairingAttemptsWindowMs = 15 * 60_000;

export const personIdField = idField("the person");
export const studentIdField = idField("the student");
export const observerLinkIdField = idField("the link");

export const ObserverLink = z
  .object({
    linkId: z.string(),
    observer: PersonName,
    student: PersonName,
    origin: z
      .enum(["admin", "pairing_code"])
      .meta({ id: "ObserverLinkOrigin", description: "An admin made it, or a code of the student’s." }),
    madeAt: z.int().meta({ description: "Milliseconds UTC." }),
  })
  .meta({ id: "ObserverLink" });
export type ObserverLink = z.output<typeof ObserverLink>;

export const PairingCode = z
  .object({
    pairingCodeId: z.string(),
    madeAt: z.int().meta({ description: "Milliseconds UTC." }),
    expiresAt: z.int().meta({ description: "Milliseconds UTC." }),
  })
  .meta({ id: "PairingCode" });
export type PairingCode = z.output<typeof PairingCode>;

export const Observers = z
  .object({
    student: PersonName,
    observers: z.array(ObserverLink).meta({ description: "Who observes the student, the latest first." }),
    pairingCodes: z
      .array(PairingCode)
      .meta({ description: "Codes that wait to be used. What they say is shown once, when they are made." }),
  })
  .meta({ id: "Observers" });
