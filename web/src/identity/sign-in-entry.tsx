/** The small entry for what comes before signing in: signing in itself, and what a one-time link leads to. */
import "../ui/styles.ts";
import { type ComponentType, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { applyScheme } from "../ui/scheme.ts";
import { markPage } from "../ui/text.ts";
import { SignIn } from "./sign-in.tsx";

applyScheme();
markPage();
const root = document.getElementById("root");
if (root === null) throw new Error("sign-in.html has no element with the id root");
const Page = await pageAt(location.pathname);
createRoot(root).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);

/** Whoever signs in does not load the pages that are opened once. */
async function pageAt(path: string): Promise<ComponentType> {
  if (path === "/set-up") return (await import("./set-up-school.tsx")).SetUpPage;
  if (path === "/invitation") return (await import("./accept-invitation.tsx")).InvitationPage;
  return SignIn;
}
