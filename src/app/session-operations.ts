/** Which operations have to do with a session, for the doors that keep one: HTTP in a cookie, the command line in a file. */

/** The operations that open, end or precede a session, for the doors that keep one. */
export const sessionOperations = {
  opens: [
    "identity.setUpSchool",
    "identity.signIn",
    "identity.studentLogin",
    "identity.facultyLogin",
    "identity.acceptInvitation",
    "identity.completeSignIn",
    "identity.renewSession",
    "identity.changePassword",
  ],
  ends: ["identity.logout"],
  /** What takes the answer to the second step that an opening operation asked for. */
  completes: { operation: "identity.completeSignIn", challenge: "challengeToken", code: "code" },
  anonymous: [
    "identity.getSchool",
    "identity.setUpSchool",
    "identity.signIn",
    "identity.studentLogin",
    "identity.facultyLogin",
    "identity.completeSignIn",
    "identity.beginPasskeySignIn",
    "identity.beginRequiredTotp",
    "identity.getInvitation",
    "identity.acceptInvitation",
  ],
} as const;
