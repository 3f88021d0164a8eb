/** The texts of the pages about jobs and the audit trail. */
import system from "../messages/en/system.json";
import { addMessages } from "../ui/text.ts";

addMessages(system);
