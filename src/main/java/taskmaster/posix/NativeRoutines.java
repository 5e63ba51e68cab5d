package taskmaster.posix;

import java.util.HexFormat;

/**
 * All machine code of the project, position-independent, as the assembler sources in {@code
 * native-tests} make it; a test compares the bytes. What the routines do is written there.
 */
final class NativeRoutines {

    private static final String CHILD_RUNNER_X86_64 =
            "53" // push %rbx
                    + "55" // push %rbp
                    + "4154" // push %r12
                    + "4889fb" // mov %rdi,%rbx
                    + "4889f5" // mov %rsi,%rbp
                    + "837b0403" // cmpl $0x3,0x4(%rbx)
                    + "744e" // je 5e
                    + "8b03" // mov (%rbx),%eax
                    + "488b7b08" // mov 0x8(%rbx),%rdi
                    + "488b7310" // mov 0x10(%rbx),%rsi
                    + "488b5318" // mov 0x18(%rbx),%rdx
                    + "4c8b5320" // mov 0x20(%rbx),%r10
                    + "4c8b4328" // mov 0x28(%rbx),%r8
                    + "4c8b4b30" // mov 0x30(%rbx),%r9
                    + "0f05" // syscall
                    + "837b0401" // cmpl $0x1,0x4(%rbx)
                    + "7414" // je 46
                    + "837b0402" // cmpl $0x2,0x4(%rbx)
                    + "741e" // je 56
                    + "483d00f0ffff" // cmp $0xfffffffffffff000,%rax
                    + "7730" // ja 70
                    + "4883c340" // add $0x40,%rbx
                    + "ebc4" // jmp a
                    + "4885c0" // test %rax,%rax
                    + "7506" // jne 51
                    + "4883eb80" // sub $0xffffffffffffff80,%rbx
                    + "ebb9" // jmp a
                    + "4989c4" // mov %rax,%r12
                    + "ebea" // jmp 40
                    + "4c89e0" // mov %r12,%rax
                    + "415c" // pop %r12
                    + "5d" // pop %rbp
                    + "5b" // pop %rbx
                    + "c3" // ret
                    + "488b7b08" // mov 0x8(%rbx),%rdi
                    + "8b3f" // mov (%rdi),%edi
                    + "237b10" // and 0x10(%rbx),%edi
                    + "3b7b18" // cmp 0x18(%rbx),%edi
                    + "74d4" // je 40
                    + "488b4320" // mov 0x20(%rbx),%rax
                    + "48f7d8" // neg %rax
                    + "488b4b38" // mov 0x38(%rbx),%rcx
                    + "480fa3c1" // bt %rax,%rcx
                    + "72c3" // jb 40
                    + "48895d00" // mov %rbx,0x0(%rbp)
                    + "48894508" // mov %rax,0x8(%rbp)
                    + "bf7f000000" // mov $0x7f,%edi
                    + "b8e7000000" // mov $0xe7,%eax
                    + "0f05" // syscall
                    + "f4"; // hlt

    private static final String CHILD_RUNNER_AARCH64 =
            "e90300aa" // mov x9, x0
                    + "ea0301aa" // mov x10, x1
                    + "0b0080d2" // mov x11, #0x0
                    + "28314029" // ldp w8, w12, [x9]
                    + "208540a9" // ldp x0, x1, [x9, #8]
                    + "228d41a9" // ldp x2, x3, [x9, #24]
                    + "249542a9" // ldp x4, x5, [x9, #40]
                    + "9f0d0071" // cmp w12, #0x3
                    + "20020054" // b.eq 64
                    + "010000d4" // svc #0x0
                    + "9f050071" // cmp w12, #0x1
                    + "e0000054" // b.eq 48
                    + "9f090071" // cmp w12, #0x2
                    + "40010054" // b.eq 5c
                    + "1ffc3fb1" // cmn x0, #0xfff
                    + "e2010054" // b.cs 78
                    + "29010191" // add x9, x9, #0x40
                    + "f2ffff17" // b c
                    + "600000b5" // cbnz x0, 54
                    + "29010291" // add x9, x9, #0x80
                    + "efffff17" // b c
                    + "eb0300aa" // mov x11, x0
                    + "faffff17" // b 40
                    + "e0030baa" // mov x0, x11
                    + "c0035fd6" // ret
                    + "000040b9" // ldr w0, [x0]
                    + "0000010a" // and w0, w0, w1
                    + "1f00026b" // cmp w0, w2
                    + "80feff54" // b.eq 40
                    + "e00303aa" // mov x0, x3
                    + "e00300cb" // neg x0, x0
                    + "211d40f9" // ldr x1, [x9, #56]
                    + "2124c09a" // lsr x1, x1, x0
                    + "e1fd0737" // tbnz w1, #0, 40
                    + "490100a9" // stp x9, x0, [x10]
                    + "bf3b03d5" // dmb ish
                    + "e00f80d2" // mov x0, #0x7f
                    + "c80b80d2" // mov x8, #0x5e
                    + "010000d4" // svc #0x0
                    + "000020d4"; // brk #0x0

    private static final String SIGNAL_ROUTINE_X86_64 =
            "57" // push %rdi
                    + "4889e6" // mov %rsp,%rsi
                    + "8b3d0e000000" // mov 0xe(%rip),%edi
                    + "ba01000000" // mov $0x1,%edx
                    + "b801000000" // mov $0x1,%eax
                    + "0f05" // syscall
                    + "5f" // pop %rdi
                    + "c3" // ret
                    + "ffffffff"; // the descriptor

    private static final String SIGNAL_ROUTINE_AARCH64 =
            "e00f1ff8" // str x0, [sp, #-16]!
                    + "e1030091" // mov x1, sp
                    + "c0000018" // ldr w0, 20
                    + "220080d2" // mov x2, #0x1
                    + "080880d2" // mov x8, #0x40
                    + "010000d4" // svc #0x0
                    + "ff430091" // add sp, sp, #0x10
                    + "c0035fd6" // ret
                    + "ffffffff"; // the descriptor

    private NativeRoutines() {}

    /** {@code long child_runner(row *rows, report *report)}: see {@link ChildScript}. */
    static byte[] childRunner(Architecture architecture) {
        return switch (architecture) {
            case X86_64 -> HexFormat.of().parseHex(CHILD_RUNNER_X86_64);
            case AARCH64 -> HexFormat.of().parseHex(CHILD_RUNNER_AARCH64);
        };
    }

    /**
     * {@code void signal_routine(int signal)}. The last four bytes are the descriptor to write to.
     */
    static byte[] signalRoutine(Architecture architecture) {
        return switch (architecture) {
            case X86_64 -> HexFormat.of().parseHex(SIGNAL_ROUTINE_X86_64);
            case AARCH64 -> HexFormat.of().parseHex(SIGNAL_ROUTINE_AARCH64);
        };
    }
}
