/** The texts of the pages about who may see what. */
import access from "../messages/en/access.json";
import { addMessages } from "../ui/text.ts";

addMessages(access);
