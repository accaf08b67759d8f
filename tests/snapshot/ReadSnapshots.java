import java.io.File;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.zookeeper.server.DataTree;
import org.apache.zookeeper.server.persistence.FileSnap;

/** Reads the newest snapshot in each folder as a starting server does: a line with its zxid and nodes, or that there is none. */
public class ReadSnapshots {
    public static void main(String[] folders) {
        for (String folder : folders) {
            try {
                DataTree tree = new DataTree();
                long zxid = new FileSnap(new File(folder)).deserialize(tree, new ConcurrentHashMap<>());
                // The tree counts its root twice.
                System.out.println(Long.toHexString(zxid) + " " + (tree.getNodeCount() - 1));
            } catch (Exception cause) {
                System.out.println("none");
            }
        }
    }
}
