import java.io.File;
import org.apache.zookeeper.server.persistence.FileTxnLog;
import org.apache.zookeeper.server.persistence.TxnLog;

/** Reads the log in each folder as a starting server does: a line with how many transactions there are, and how it ends. */
public class ReadLogs {
    public static void main(String[] folders) {
        for (String folder : folders) {
            int count = 0;
            String end = "ends";
            try {
                TxnLog.TxnIterator log = new FileTxnLog(new File(folder)).read(1);
                while (log.getHeader() != null) {
                    count++;
                    log.next();
                }
            } catch (Exception cause) {
                end = "fails";
            }
            System.out.println(count + " " + end);
        }
    }
}
