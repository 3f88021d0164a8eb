/** The app behind signing in. */
import "./ui/styles.ts";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "./data.ts";
import { router } from "./frame/routes.tsx";
import app from "./messages/en/app.json";
import { openPagesWhereTheyAre } from "./nodes.ts";
import { applyScheme } from "./ui/scheme.ts";
import { addMessages, locale, markPage } from "./ui/text.ts";

applyScheme();
markPage();
addMessages(app);
openPagesWhereTheyAre();
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element with the id root");
createRoot(root).render(
  <StrictMode>
    <I18nProvider locale={locale}>
      <QueryClientProvider client={createQueryClient()}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </I18nProvider>
  </StrictMode>,
);
