/** Which operations have to do with a session, for the doors that keep one: HTTP in a cookie, the command line in a file. */

/** The operations that open, end or precede a session, for the doors that keep one. */
export const sessionOperations = {
  opens: [
    "identity.setUpSchool",
    "identity.signIn",
    "identity.studentLogin",
    "identity.facultyLogin",
    "identity.acceptInvitation",
    "identity.renewSession",
    "identity.changePassword",
  ],
  ends: ["identity.logout"],
  anonymous: [
    "identity.getSchool",
    "identity.setUpSchool",
    "identity.signIn",
    "identity.studentLogin",
    "identity.facultyLogin",
    "identity.getInvitation",
    "identity.acceptInvitation",
  ],
} as const;
