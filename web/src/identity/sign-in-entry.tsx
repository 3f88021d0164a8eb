/** Signing in: an entry of its own, so that the first page is there at once. */
import "../ui/styles.ts";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { applyScheme } from "../ui/scheme.ts";
import { markPage } from "../ui/text.ts";
import { SignIn } from "./sign-in.tsx";

applyScheme();
markPage();
const root = document.getElementById("root");
if (root === null) throw new Error("sign-in.html has no element with the id root");
createRoot(root).render(
  <StrictMode>
    <SignIn />
  </StrictMode>,
);
