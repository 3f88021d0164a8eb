/** The texts of the page about the cluster. */
import cluster from "../messages/en/cluster.json";
import { addMessages } from "../ui/text.ts";

addMessages(cluster);
