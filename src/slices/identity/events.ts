/** What has happened in identity, for others to follow. Ids only. */
import { eventType } from "#kernel/event.ts";

export const schoolSetUp = eventType<{ personId: string }>("school.set_up");
export const schoolUpdated = eventType<Record<string, never>>("school.updated");
export const personAdded = eventType<{ personId: string }>("person.added");
/** A person's name, address or roles are others now. */
export const personUpdated = eventType<{ personId: string }>("person.updated");
/** Somebody accepted an invitation and can sign in from now on. */
export const personJoined = eventType<{ personId: string }>("person.joined");
export const personActivated = eventType<{ personId: string }>("person.activated");
export const personDeactivated = eventType<{ personId: string }>("person.deactivated");
/** All that `personId` had is `intoId`'s now. */
export const personMerged = eventType<{ personId: string; intoId: string }>("person.merged");
export const passwordChanged = eventType<{ personId: string }>("password.changed");
/** A session ended before its time: whoever holds a connection for it closes it. */
export const sessionRevoked = eventType<{ sessionId: string; personId: string }>("session.revoked");
export const accessTokenRevoked = eventType<{ accessTokenId: string; personId: string }>(
  "access_token.revoked",
);
export const keysRotated = eventType<Record<string, never>>("keys.rotated");
export const twoStepTurnedOn = eventType<{ personId: string }>("two_step.turned_on");
export const twoStepTurnedOff = eventType<{ personId: string }>("two_step.turned_off");
/** Nobody finds the person any more; what is kept of them is being gone through. */
export const personErasureBegun = eventType<{ erasureId: string }>("person.erasure_begun");
/** Nothing names the person any more but ids in the audit trail. */
export const personErased = eventType<{ erasureId: string }>("person.erased");
