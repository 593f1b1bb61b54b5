// A Go program, which makes its system calls itself and from any thread: creates and lists policies.
package main

import (
	"fmt"
	"os"
	"sync"
	"syscall"
	"unsafe"
)

const netfilter = 12

func message(kind, flags uint16, sequence uint32, body []byte) []byte {
	header := syscall.NlMsghdr{Len: uint32(20 + len(body)), Type: 0x800 | kind, Flags: 1 | flags, Seq: sequence}
	bytes := make([]byte, 20, 20+len(body))
	*(*syscall.NlMsghdr)(unsafe.Pointer(&bytes[0])) = header
	return append(bytes, body...)
}

func newPolicy(digit byte) []byte {
	return []byte{
		8, 0, 1, 0, 'g', 'o', digit, 0,
		6, 0, 2, 0, 0, 2, 0, 0,
		5, 0, 3, 0, 17, 0, 0, 0,
		12, 0, 4, 0x80, 8, 0, 1, 0, 0, 0, 0, digit,
	}
}

// The first message of the answer; from must be the kernel.
func ask(request []byte) syscall.NetlinkMessage {
	socket, err := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW, netfilter)
	if err == nil {
		defer syscall.Close(socket)
		err = syscall.Sendto(socket, request, 0, &syscall.SockaddrNetlink{Family: syscall.AF_NETLINK})
	}
	answer := make([]byte, 8192)
	var size int
	var from syscall.Sockaddr
	if err == nil {
		size, from, err = syscall.Recvfrom(socket, answer, 0)
	}
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	if kernel, right := from.(*syscall.SockaddrNetlink); !right || kernel.Pid != 0 {
		fmt.Println("answered by", from)
		os.Exit(1)
	}
	messages, err := syscall.ParseNetlinkMessage(answer[:size])
	if err != nil || len(messages) == 0 {
		fmt.Println("no answer:", err)
		os.Exit(1)
	}
	return messages[0]
}

func main() {
	var all sync.WaitGroup
	for digit := byte('0'); digit <= '9'; digit++ {
		all.Add(1)
		go func(digit byte) {
			defer all.Done()
			ack := ask(message(0, 4, uint32(digit), newPolicy(digit)))
			if ack.Header.Type != syscall.NLMSG_ERROR || *(*int32)(unsafe.Pointer(&ack.Data[0])) != 0 {
				fmt.Println("refused", digit)
			}
		}(digit)
	}
	all.Wait()
	first := ask(message(1, syscall.NLM_F_DUMP, 1, nil))
	fmt.Println("created 10, listed", first.Header.Type, len(first.Data))
}
