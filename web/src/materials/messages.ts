/** The texts of the pages about materials and uploads; each of those pages brings them along. */
import materials from "../messages/en/materials.json";
import { addMessages } from "../ui/text.ts";

addMessages(materials);
